package dev.banhmi.gateway.fault;

import org.junit.jupiter.api.Tag;

/** The matrix while the bytes of objects go over the wire client: each kind of transfer, call and fault once. */
@Tag("soak")
class FaultMatrixOverWireSoakIT extends FaultMatrixIT {

    @Override
    boolean wire() {
        return true;
    }
}
