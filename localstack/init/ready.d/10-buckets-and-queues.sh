#!/usr/bin/env bash
# Run by LocalStack when it is ready. A restart with kept data finds existing resources, which is not a failure.
set -euo pipefail

make_bucket() {
  awslocal s3api head-bucket --bucket "$1" 2>/dev/null || awslocal s3api create-bucket --bucket "$1"
}

make_bucket demo
awslocal sqs create-queue --queue-name banhmi-events
awslocal sqs create-queue --queue-name banhmi-events-failed
