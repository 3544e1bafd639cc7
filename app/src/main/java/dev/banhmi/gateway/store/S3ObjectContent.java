package dev.banhmi.gateway.store;

import java.io.InputStream;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;

final class S3ObjectContent implements ObjectContent {

    private final ObjectInfo info;
    private final ResponseInputStream<GetObjectResponse> stream;

    S3ObjectContent(ObjectInfo info, ResponseInputStream<GetObjectResponse> stream) {
        this.info = info;
        this.stream = stream;
    }

    @Override
    public ObjectInfo info() {
        return info;
    }

    @Override
    public InputStream stream() {
        return stream;
    }

    /** After the last byte the connection is back in the pool already and this does nothing. */
    @Override
    public void close() {
        stream.abort();
    }
}
