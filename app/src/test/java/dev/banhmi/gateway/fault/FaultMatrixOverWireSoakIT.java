package dev.banhmi.gateway.fault;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;

/** The matrix while the bytes of objects go over the wire client: each kind of transfer, call and fault, once and for good. */
@Tag("soak")
class FaultMatrixOverWireSoakIT extends FaultMatrixIT {

    @Override
    List<MatrixCase> selected(Random random) {
        return smallest();
    }

    @Override
    boolean wire() {
        return true;
    }
}
