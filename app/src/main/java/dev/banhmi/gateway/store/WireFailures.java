package dev.banhmi.gateway.store;

import dev.banhmi.gateway.store.wire.BlockingResponse;
import dev.banhmi.gateway.store.wire.WireException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.UncheckedIOException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.apache.hc.core5.http.ConnectionRequestTimeoutException;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.core.exception.AbortedException;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.http.SdkHttpResponse;
import software.amazon.awssdk.services.s3.model.S3Exception;

/**
 * What the SDK would throw in place of the wire client's failures, so that one translation is enough for both. Notes each
 * of them for its call, as {@link EndedTryHttpClient} does.
 */
final class WireFailures {

    /** Of the text of a refusal at a time. */
    private static final int PIECE = 1 << 13;

    /** The depth of the elements of {@code Error}. */
    private static final int OF_THE_ROOT = 2;

    private WireFailures() {}

    /** Of a try without a response. */
    static SdkException of(WireException failure) {
        switch (failure.sent()) {
            case NOTHING -> Delivery.noteUnsent();
            case NO_BODY, BODY -> Delivery.noteNoResponse();
        }
        return explained(failure);
    }

    /** Of a response that broke off behind its head, which has been noted. */
    static SdkException explained(WireException failure) {
        String message = "Unable to execute HTTP request: " + failure.getMessage();
        return switch (failure.reason()) {
            case BUSY -> {
                ConnectionRequestTimeoutException busy = new ConnectionRequestTimeoutException(failure.getMessage());
                busy.initCause(failure);
                yield SdkClientException.create(message, busy);
            }
            case TIMED_OUT -> {
                SocketTimeoutException late = new SocketTimeoutException(failure.getMessage());
                late.initCause(failure);
                yield SdkClientException.create(message, late);
            }
            case ENDED -> AbortedException.create(message, failure);
            case UNREACHABLE, BROKEN, MALFORMED -> SdkClientException.create(message, failure);
        };
    }

    /**
     * Of a response that is no success; its head has been noted. Where its text cannot be read, its status says the rest.
     * Of a text that breaks off the SDK reads what is whole in a response to a write, and nothing in one to a read; so it
     * is here.
     *
     * @throws UncheckedIOException as the SDK, when nothing at all comes of the text in a response to a write
     */
    static SdkException ofRefusal(BlockingResponse response, boolean isRead) {
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        try {
            read(response, text);
        } catch (WireException e) {
            if (e.reason() == WireException.Reason.ENDED) {
                return explained(e);
            }
            if (isRead) {
                text.reset();
            } else if (text.size() == 0) {
                throw new UncheckedIOException("the store's refusal has no more than a status", e);
            }
        }
        Map<String, String> said = parse(text.toByteArray());
        String requestId = response.fields().first("x-amz-request-id");
        String message = said.getOrDefault("Message", "");
        return (SdkException) S3Exception.builder()
                .statusCode(response.status())
                .requestId(requestId == null ? said.get("RequestId") : requestId)
                .extendedRequestId(response.fields().first("x-amz-id-2"))
                .message(message)
                .awsErrorDetails(AwsErrorDetails.builder()
                        .serviceName("S3")
                        .errorCode(said.get("Code"))
                        .errorMessage(message)
                        .sdkHttpResponse(head(response))
                        .build())
                .build();
    }

    /** As the SDK's other classes know it. */
    static SdkHttpResponse head(BlockingResponse response) {
        SdkHttpResponse.Builder head = SdkHttpResponse.builder().statusCode(response.status());
        response.fields().forEach(head::appendHeader);
        return head.build();
    }

    private static void read(BlockingResponse response, ByteArrayOutputStream text) throws WireException {
        byte[] piece = new byte[PIECE];
        ByteBuffer to = ByteBuffer.wrap(piece);
        while (response.read(to.clear()) >= 0) {
            text.write(piece, 0, to.position());
        }
    }

    /** The elements of the root, apart from what is in them; none where the text is no XML. What follows it is not read. */
    private static Map<String, String> parse(byte[] text) {
        Map<String, String> said = new HashMap<>();
        try {
            XMLStreamReader xml = Xml.FACTORY.createXMLStreamReader(new ByteArrayInputStream(text));
            StringBuilder value = new StringBuilder();
            int depth = 0;
            do {
                switch (xml.next()) {
                    case XMLStreamConstants.START_ELEMENT -> {
                        if (++depth == OF_THE_ROOT) {
                            value.setLength(0);
                        }
                    }
                    case XMLStreamConstants.CHARACTERS, XMLStreamConstants.CDATA -> {
                        if (depth == OF_THE_ROOT) {
                            value.append(xml.getText());
                        }
                    }
                    case XMLStreamConstants.END_ELEMENT -> {
                        if (depth-- == OF_THE_ROOT) {
                            said.putIfAbsent(xml.getLocalName(), value.toString());
                        }
                    }
                    default -> {}
                }
            } while (depth > 0 || (said.isEmpty() && xml.hasNext()));
            return said;
        } catch (XMLStreamException e) {
            // No more is known than the status.
            return Map.of();
        }
    }

    /** Made once; its readers need no lock. */
    private static final class Xml {

        private static final XMLInputFactory FACTORY = factory();

        private static XMLInputFactory factory() {
            XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
            factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
            factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
            factory.setProperty(XMLInputFactory.IS_COALESCING, true);
            return factory;
        }
    }
}
