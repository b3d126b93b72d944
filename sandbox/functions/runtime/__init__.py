"""What stands for /var/runtime: AWS's runtime client, a clock and the script that starts both."""
