package dev.banhmi.gateway.store;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The response to CreateMultipartUpload as it is read. The id of the upload can be found in it although the rest makes
 * no sense.
 */
final class BegunUpload extends FilterInputStream {

    private static final Pattern ID = Pattern.compile("<UploadId>([^<&]{1,1024})</UploadId>");

    /** Of a response that is kept; S3's have less than 5 KiB. */
    private static final int MOST = 1 << 16;

    private final StringBuilder read = new StringBuilder();

    BegunUpload(InputStream body) {
        super(body);
    }

    /** Null unless it has been read. */
    @Nullable
    String id() {
        Matcher id = ID.matcher(read);
        return id.find() ? id.group(1) : null;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] to, int offset, int most) throws IOException {
        int count = super.read(to, offset, most);
        int kept = Math.min(count, MOST - read.length());
        if (kept > 0) {
            read.append(new String(to, offset, kept, StandardCharsets.ISO_8859_1));
        }
        return count;
    }
}
