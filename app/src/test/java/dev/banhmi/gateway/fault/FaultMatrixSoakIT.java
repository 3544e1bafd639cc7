package dev.banhmi.gateway.fault;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;

/** The whole matrix: uploads of every size meet every fault. */
@Tag("soak")
class FaultMatrixSoakIT extends FaultMatrixIT {

    @Override
    List<MatrixCase> selected(Random random) {
        return cases();
    }
}
