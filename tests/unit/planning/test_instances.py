import pytest

from slipway.domain.instances import (
    InvalidInstanceType,
    check_instance_type,
    has_local_storage,
    hosting_instance_types,
    is_arm,
    vcpus,
)


def test_a_hosting_type_is_known_and_others_are_refused_with_a_likely_one():
    assert check_instance_type("ml.m5.large") == "ml.m5.large"
    with pytest.raises(InvalidInstanceType, match=r"did you mean `ml\.m5\.large`"):
        check_instance_type("ml.m5.lagre")


def test_a_notebook_type_is_no_hosting_type():
    with pytest.raises(InvalidInstanceType):
        check_instance_type("ml.t3.medium")


@pytest.mark.parametrize(
    ("name", "count"),
    [
        ("ml.t2.medium", 2),
        ("ml.m5.large", 2),
        ("ml.m5.xlarge", 4),
        ("ml.c5.9xlarge", 36),
        ("ml.m4.10xlarge", 40),
        ("ml.g5.48xlarge", 192),
    ],
)
def test_the_size_tells_the_number_of_vcpus(name, count):
    assert vcpus(name) == count


def test_every_hosting_type_has_vcpus():
    assert all(vcpus(name) >= 1 for name in hosting_instance_types())


@pytest.mark.parametrize(
    ("name", "arm"),
    [("ml.c7g.large", True), ("ml.r6gd.xlarge", True), ("ml.g5.xlarge", False)]
    + [("ml.g4dn.xlarge", False), ("ml.m5.large", False)],
)
def test_arm_types_are_told_apart_from_gpu_types(name, arm):
    assert is_arm(name) is arm


@pytest.mark.parametrize(
    ("name", "local"),
    [("ml.m5.large", False), ("ml.c5.xlarge", False), ("ml.inf2.xlarge", False)]
    + [("ml.m5d.large", True), ("ml.g4dn.xlarge", True), ("ml.g5.xlarge", True)]
    + [
        ("ml.p4d.24xlarge", True),
        ("ml.dl1.24xlarge", True),
        ("ml.p5.48xlarge", True),
        ("ml.trn1.2xlarge", True),
    ],
)
def test_types_with_disks_of_their_own_are_known(name, local):
    assert has_local_storage(name) is local
