"""What checkov says of the template, and the reasons why some of it is not followed."""
