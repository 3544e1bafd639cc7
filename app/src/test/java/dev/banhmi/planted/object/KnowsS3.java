package dev.banhmi.planted.object;

import software.amazon.awssdk.services.s3.S3Client;

interface KnowsS3 {

    S3Client s3();
}
