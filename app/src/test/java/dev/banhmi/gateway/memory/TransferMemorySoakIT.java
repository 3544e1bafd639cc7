package dev.banhmi.gateway.memory;

import java.util.List;
import org.junit.jupiter.api.Tag;

/**
 * Two hundred at a time, and the twenty slow ones among them for longer; with {@code -Dmemory.slow=whole} they are slow to their end, which
 * takes half an hour.
 */
@Tag("soak")
class TransferMemorySoakIT extends TransferMemoryIT {

    private static final boolean WHOLE = "whole".equals(System.getProperty("memory.slow"));

    @Override
    List<Integer> crowds() {
        return List.of(1, 64, 200);
    }

    @Override
    long slowUpload() {
        return WHOLE ? SIZE : 2 * MIB;
    }

    @Override
    long slowDownload() {
        return WHOLE ? SIZE : super.slowDownload();
    }
}
