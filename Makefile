# `make help` lists the targets. Nothing but Python >= 3.11, make and a package index is needed; every target does its own
# set-up, and what is up to date is not done again.

.DEFAULT_GOAL := setup
.DELETE_ON_ERROR:
MAKEFLAGS += --no-print-directory

# The first Python of the host that is new enough; `make PYTHON=python3.12` chooses another one.
PYTHON ?= $(shell sh scripts/find_python.sh)
PORT ?= 5100
SPEED ?= 60
# Another seed, another chance: of what provisioning takes and of who comes when.
SEED ?= 1
# Processes that run tests; 0 runs them in one, which a debugger can follow.
JOBS ?= 2

VENV := .venv
BIN := $(VENV)/bin
QUIETLY := sh scripts/quietly.sh
PIP := -m pip
SAM := $(VENV)/sam/bin/sam
CHECKS := $(VENV)/checks
SETUP := $(VENV)/.slipway-installed
SAM_SETUP := $(VENV)/sam/.installed
PEERS := build/peers/venv
PEERS_SETUP := $(PEERS)/.installed
CHECKS_SETUP := $(CHECKS)/.installed
ASL_SETUP := $(CHECKS)/asl/.installed

# What runs here is the sandbox's or nobody's: settings for a real account must not leak into it.
unexport AWS_ENDPOINT_URL AWS_PROFILE AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN
unexport PYTHONPATH PYTHONHOME VIRTUAL_ENV
export SAM_CLI_TELEMETRY := 0
# Where pip is told to be quiet, its warnings about the machine's own indexes are too much as well.
export PIP_QUIET := 1
export PIP_DISABLE_PIP_VERSION_CHECK := 1

TYPED := layers/slipway/slipway cli/slipway_cli sandbox rehearsal functions scripts examples benchmarks

# The slow ones first, so that the quick ones fill the gaps.
CHECKED := types conventions sam hardening template workflows style docs sources

.PHONY: setup demo test check sandbox rehearse build bench bench-peers prove ci clean help pins locks docs serving $(CHECKED:%=check-%)

setup: $(SETUP)  ## Make .venv with the `slipway` command (the default)

demo: setup  ## Train a small model, drop it into the sandbox's S3, watch its release, ask it for predictions
	@$(BIN)/python -m examples.demo

test: setup serving  ## All tests
	$(BIN)/python -m pytest -n $(JOBS) --dist loadfile

check: setup $(SAM_SETUP) $(ASL_SETUP)  ## Format, lint, types, template, workflows, our own rules, generated documents
	@$(MAKE) --jobs 2 --keep-going $(CHECKED:%=check-%)

$(CHECKED:%=check-%): setup
check-sam: $(SAM_SETUP)
check-hardening: $(CHECKS_SETUP)
check-workflows: $(ASL_SETUP)

check-types:
	$(BIN)/mypy $(TYPED)

check-sam:
	$(SAM) validate --lint --region us-east-1

check-hardening:
	$(BIN)/python -m scripts.check_hardening $(CHECKS)/bin/checkov

check-template:
	$(BIN)/cfn-lint template.yaml network.yaml

check-conventions:
	$(BIN)/python -m pytest -q tests/unit/conventions

check-workflows:
	$(BIN)/python scripts/check_asl.py
	$(BIN)/python -m scripts.validate_definitions $(CHECKS)

check-style:
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

check-docs:
	$(BIN)/python scripts/generate_docs.py --check

check-sources:
	$(BIN)/python scripts/verify_sources.py

sandbox: setup  ## Serve the sandbox on PORT=5100 at SPEED=60 sandbox seconds a second
	@$(BIN)/python -m sandbox --port $(PORT) --speed $(SPEED)

rehearse: setup  ## A day of traffic under several policies: SCENARIO=black-friday, or TRACE=file.csv SPEC=endpoint.yaml
	@$(BIN)/python -m rehearsal $(if $(TRACE),--trace "$(TRACE)" --spec "$(SPEC)",$(or $(SCENARIO),black-friday)) --seed $(SEED)

build: setup $(SAM_SETUP)  ## `sam build`: functions and layers for Lambda, into .aws-sam/build
	PATH="$(CURDIR)/$(BIN):$$PATH" $(SAM) build

bench: setup serving  ## Figures, also in build/bench.json
	$(BIN)/python -m benchmarks

# What others ask to be told about their users is nobody's business here.
bench-peers: export DO_NOT_TRACK := 1
bench-peers: export NML_DISABLE_USAGE_LOGGING := 1
bench-peers: export WHYLOGS_NO_ANALYTICS := True
bench-peers: setup $(PEERS_SETUP)  ## Drift beside evidently, NannyML and whylogs, in an environment of theirs (Python < 3.13)
	$(BIN)/python -m benchmarks.peers.throughput $(PEERS)/bin/python
	$(BIN)/python -m benchmarks.peers.detection slipway
	$(PEERS)/bin/python -W ignore -m benchmarks.peers.detection evidently nannyml

prove: setup serving  ## The exhaustive work; counts also in build/proof.json
	$(BIN)/python -m scripts.prove

ci: check test  ## What .ci/run runs

serving: setup  # The environments that the sandbox serves models in, each with its image's own packages.
	@test -d build/serving || echo "Making the environments that models are served in (a minute or more)"
	@$(QUIETLY) $(BIN)/python -m sandbox.hosting.environments

docs: setup  ## Generate the schemas and reference pages again
	$(BIN)/python scripts/generate_docs.py

pins: setup  ## Renew requirements/*.txt from requirements/*.in
	cd requirements && for name in dev sam checks peers; do ../$(BIN)/python -m piptools compile --quiet --generate-hashes \
		--strip-extras --allow-unsafe --no-header --no-emit-index-url --no-emit-find-links --no-emit-trusted-host \
		--output-file $$name.txt $$name.in || exit 1; done

locks: $(CHECKS_SETUP)  ## Renew requirements/asl/package-lock.json from package.json
	$(CHECKS)/bin/python scripts/npm.py install --package-lock-only --prefix requirements/asl

clean:  ## Remove everything that was made here
	rm -rf $(VENV) build .aws-sam .mypy_cache .ruff_cache .pytest_cache .hypothesis slipway.egg-info
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

help:  ## Show this
	@sed -n 's/^\([a-z-]*\):[^#]*## \(.*\)/make \1\t\2/p' Makefile | expand -t 20

# --- installation --------------------------------------------------------------------------------

$(VENV)/pyvenv.cfg:
	@test -n "$(PYTHON)" || { sh scripts/find_python.sh --explain >&2; exit 1; }
	@echo "Making .venv with $$($(PYTHON) --version)"
	@$(PYTHON) -m venv $(VENV)

# --no-deps: the pins are complete, and `pip check` proves it; resolving them again would only take time.
$(SETUP): $(VENV)/pyvenv.cfg requirements/dev.txt pyproject.toml
	@echo "Installing what requirements/dev.txt pins (half a minute or more)"
	@$(QUIETLY) $(BIN)/python $(PIP) install --no-deps --require-hashes -r requirements/dev.txt
	@$(QUIETLY) $(BIN)/python $(PIP) install --no-deps --no-build-isolation -e .
	@$(QUIETLY) $(BIN)/python $(PIP) check
	@touch $@
	@echo "Ready: $(BIN)/slipway"

$(SAM_SETUP): requirements/sam.txt | $(SETUP)
	@echo "Installing the SAM CLI into an environment of its own (half a minute or more)"
	@$(QUIETLY) $(BIN)/python -m venv $(VENV)/sam
	@$(QUIETLY) $(VENV)/sam/bin/python $(PIP) install --no-deps --require-hashes -r requirements/sam.txt
	@$(QUIETLY) $(VENV)/sam/bin/python $(PIP) check
	@touch $@

$(CHECKS_SETUP): requirements/checks.txt | $(SETUP)
	@echo "Installing checkov and Node.js into an environment of their own (half a minute or more)"
	@$(QUIETLY) $(BIN)/python -m venv $(CHECKS)
	@$(QUIETLY) $(CHECKS)/bin/python $(PIP) install --no-deps --require-hashes -r requirements/checks.txt
	@$(QUIETLY) $(CHECKS)/bin/python $(PIP) check
	@touch $@

$(PEERS_SETUP): requirements/peers.txt | $(SETUP)
	@echo "Installing what requirements/peers.txt pins: 2 GB, some minutes"
	@$(QUIETLY) $(BIN)/python -m venv $(PEERS)
	@$(QUIETLY) $(PEERS)/bin/python $(PIP) install --no-deps --require-hashes -r requirements/peers.txt
	@$(QUIETLY) $(PEERS)/bin/python $(PIP) check
	@touch $@

# The lock has digests and no addresses: npm asks the registry that the machine is set up with.
$(ASL_SETUP): requirements/asl/package-lock.json scripts/npm.py $(CHECKS_SETUP)
	@echo "Installing asl-validator"
	@mkdir -p $(@D) && cp requirements/asl/package.json requirements/asl/package-lock.json $(@D)
	@$(QUIETLY) $(CHECKS)/bin/python scripts/npm.py ci --prefix $(@D)
	@touch $@
