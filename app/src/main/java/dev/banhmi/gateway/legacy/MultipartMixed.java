package dev.banhmi.gateway.legacy;

import dev.banhmi.gateway.error.ErrorCode;
import dev.banhmi.gateway.error.GatewayException;
import dev.banhmi.gateway.error.Shown;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.regex.Pattern;
import org.apache.commons.fileupload2.core.FileUploadSizeException;
import org.apache.commons.fileupload2.core.MultipartInput;
import org.jspecify.annotations.Nullable;
import org.springframework.http.InvalidMediaTypeException;
import org.springframework.http.MediaType;

/**
 * The body of an upload, parsed as it arrives: first the metadata, then the file. Keeps nothing but the parser's
 * buffer, whatever the size of a part.
 */
final class MultipartMixed {
    /*
     * Every way in which the body can differ from its announcement ends the file with an exception and never with an
     * ordinary end, because an ordinary end is what makes the object visible.
     */

    private static final int PARSER_BUFFER = 16 * 1024;
    private static final int MAX_PART_HEADERS = 8 * 1024;
    private static final int MAX_METADATA = 64 * 1024;

    /** One of RFC 9110, or the rest of one that was folded. */
    private static final Pattern HEADER_LINE = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]+:.*|[ \\t].*");

    private final MultipartInput parts;

    private MultipartMixed(MultipartInput parts) {
        this.parts = parts;
    }

    /** Finds the first part; the body belongs to the caller. */
    static MultipartMixed open(@Nullable String contentType, InputStream body) throws IOException {
        byte[] boundary = boundaryOf(contentType);
        try {
            MultipartInput input = MultipartInput.builder()
                    .setInputStream(body)
                    .setBoundary(boundary)
                    .setMaxPartHeaderSize(MAX_PART_HEADERS)
                    .setBufferSize(PARSER_BUFFER)
                    .get();
            if (!input.skipPreamble()) {
                throw new GatewayException(ErrorCode.INVALID_REQUEST, "The body has no part.");
            }
            return new MultipartMixed(input);
        } catch (MultipartInput.FileUploadBoundaryException | IllegalArgumentException e) {
            throw new GatewayException(ErrorCode.INVALID_REQUEST, "The boundary in Content-Type cannot be used.", e);
        }
    }

    /** Reads the first part. */
    UploadMetadata metadata() throws IOException {
        String headers = readHeaders();
        String type = header(headers, "content-type");
        if (type == null || !isJson(type)) {
            throw new GatewayException(
                    ErrorCode.INVALID_REQUEST,
                    "The first part has Content-Type " + Shown.quoted(type) + "; it must be application/json.");
        }
        byte[] json = parts.newInputStream().readNBytes(MAX_METADATA + 1);
        if (json.length > MAX_METADATA) {
            throw new GatewayException(
                    ErrorCode.INVALID_REQUEST, "The first part is larger than " + MAX_METADATA + " bytes.");
        }
        return UploadMetadata.parse(json);
    }

    /** All parts that follow, as one stream that ends only if their number and bytes are as announced. */
    InputStream file(UploadMetadata metadata) {
        return new FileParts(metadata);
    }

    /**
     * The header block of a part. The parser takes one from the bytes of a part that has none (RFC 2046, 5.1.1, allows
     * it), so every line must be a header.
     */
    private String readHeaders() throws IOException {
        try {
            String headers = parts.readHeaders();
            if (headers.isBlank()
                    || !headers.stripTrailing()
                            .lines()
                            .allMatch(line -> HEADER_LINE.matcher(line).matches())) {
                throw withoutHeaders(null);
            }
            return headers;
        } catch (MultipartInput.MalformedStreamException e) {
            throw withoutHeaders(e);
        } catch (FileUploadSizeException e) {
            throw new GatewayException(
                    ErrorCode.INVALID_REQUEST,
                    "The headers of a part are larger than " + MAX_PART_HEADERS + " bytes.",
                    e);
        }
    }

    private static GatewayException withoutHeaders(@Nullable Throwable cause) {
        return new GatewayException(
                ErrorCode.INVALID_REQUEST,
                "A part has no headers, or something else where they belong; each part needs a Content-Type and a blank"
                        + " line behind it.",
                cause);
    }

    private static byte[] boundaryOf(@Nullable String contentType) {
        MediaType type;
        try {
            type = MediaType.parseMediaType(contentType == null ? "" : contentType);
        } catch (InvalidMediaTypeException e) {
            throw wrongType(contentType, e);
        }
        String boundary = type.getParameter("boundary");
        if (!type.getType().equals("multipart") || !type.getSubtype().equals("mixed") || boundary == null) {
            throw wrongType(contentType, null);
        }
        boolean quoted = boundary.length() >= 2 && boundary.startsWith("\"") && boundary.endsWith("\"");
        String bare = quoted ? boundary.substring(1, boundary.length() - 1) : boundary;
        if (bare.isEmpty()) {
            throw wrongType(contentType, null);
        }
        return bare.getBytes(StandardCharsets.ISO_8859_1);
    }

    private static GatewayException wrongType(@Nullable String contentType, @Nullable Throwable cause) {
        return new GatewayException(
                ErrorCode.INVALID_REQUEST,
                "Content-Type is " + Shown.quoted(contentType) + "; it must be multipart/mixed with a boundary"
                        + (cause == null
                                ? "."
                                : ", and this cannot be read: " + Shown.quoted(cause.getMessage()) + "."),
                cause);
    }

    private static boolean isJson(String type) {
        return type.toLowerCase(Locale.ROOT).split(";", 2)[0].trim().equals("application/json");
    }

    /** The value of a header in a part's header block. */
    private static @Nullable String header(String headers, String name) {
        return headers.lines()
                .filter(line -> line.toLowerCase(Locale.ROOT).startsWith(name + ":"))
                .map(line -> line.substring(name.length() + 1).trim())
                .findFirst()
                .orElse(null);
    }

    private final class FileParts extends InputStream {

        private final UploadMetadata metadata;
        private @Nullable InputStream part;
        private boolean ended;
        private long seenParts;
        private long seenBytes;

        FileParts(UploadMetadata metadata) {
            this.metadata = metadata;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            int count = read(one, 0, 1);
            return count < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] target, int offset, int wanted) throws IOException {
            if (wanted == 0) {
                return 0;
            }
            while (!ended) {
                InputStream current = part == null ? nextPart() : part;
                if (current == null) {
                    break;
                }
                int count = current.read(target, offset, wanted);
                if (count > 0) {
                    seenBytes += count;
                    checkNotTooLong();
                    return count;
                }
                part = null;
            }
            return -1;
        }

        private @Nullable InputStream nextPart() throws IOException {
            if (!parts.readBoundary()) {
                checkComplete();
                ended = true;
                return null;
            }
            seenParts++;
            if (seenParts > metadata.parts()) {
                throw mismatch("more parts than the " + metadata.parts() + " announced");
            }
            String encoding = header(readHeaders(), "content-transfer-encoding");
            if (encoding != null && !encoding.matches("(?i)binary|7bit|8bit")) {
                throw new GatewayException(
                        ErrorCode.INVALID_REQUEST,
                        "Part " + (seenParts + 1) + " has Content-Transfer-Encoding " + Shown.quoted(encoding)
                                + "; raw bytes are required.");
            }
            part = parts.newInputStream();
            return part;
        }

        private void checkNotTooLong() {
            if (seenBytes > metadata.size()) {
                throw mismatch("more bytes than the " + metadata.size() + " announced");
            }
        }

        private void checkComplete() {
            if (seenParts != metadata.parts()) {
                throw mismatch(seenParts + " parts instead of the " + metadata.parts() + " announced");
            }
            if (seenBytes != metadata.size()) {
                throw mismatch(seenBytes + " bytes instead of the " + metadata.size() + " announced");
            }
        }

        private GatewayException mismatch(String what) {
            return new GatewayException(ErrorCode.CONTENT_MISMATCH, "The file has " + what + "; nothing was stored.");
        }
    }
}
