package dev.banhmi.bench;

import java.util.List;

/** What S3 says to ListObjects, in either version, for a handful of objects. */
final class Listing {

    private Listing() {}

    static String of(List<StoredObject> objects) {
        StringBuilder listing = new StringBuilder("""
            <?xml version="1.0" encoding="UTF-8"?>
            <ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Name>%s</Name><Prefix></Prefix>\
            <KeyCount>%d</KeyCount><MaxKeys>1000</MaxKeys><IsTruncated>false</IsTruncated>\
            """.formatted(Workshop.BUCKET, objects.size()));
        for (StoredObject object : objects) {
            listing.append("""
                <Contents><Key>%s</Key><LastModified>2026-11-01T00:00:00.000Z</LastModified>\
                <ETag>"0123456789abcdef0123456789abcdef"</ETag><Size>%d</Size><StorageClass>STANDARD</StorageClass>\
                </Contents>\
                """.formatted(object.name(), object.size()));
        }
        return listing.append("</ListBucketResult>").toString();
    }
}
