package dev.banhmi.gateway.object;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;

/** Finds the heads and the ends of the messages in one direction of an HTTP/1.1 connection, however its bytes are cut. Not thread-safe. */
final class HeadFinder {

    private final Messages messages;
    private final ByteArrayOutputStream head = new ByteArrayOutputStream();
    private int lineLength;
    private long bodyLeft;

    /** What is told about the messages, in their order. */
    interface Messages {

        /** A head is complete; returns how many bytes of a body follow. */
        long begins(String head);

        /** The last byte of the message has been seen. */
        void ends();
    }

    HeadFinder(Messages messages) {
        this.messages = messages;
    }

    /** Looks at bytes that pass. */
    void pass(byte[] block, int count) {
        int position = 0;
        while (position < count) {
            if (bodyLeft > 0) {
                int part = (int) Math.min(bodyLeft, count - position);
                position += part;
                bodyLeft -= part;
            } else {
                byte next = block[position++];
                head.write(next);
                if (next != '\n') {
                    lineLength += next == '\r' ? 0 : 1;
                    continue;
                }
                boolean blank = lineLength == 0;
                lineLength = 0;
                if (!blank) {
                    continue;
                }
                bodyLeft = messages.begins(head.toString(ISO_8859_1));
                head.reset();
            }
            if (bodyLeft == 0) {
                messages.ends();
            }
        }
    }
}
