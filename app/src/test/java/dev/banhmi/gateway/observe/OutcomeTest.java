package dev.banhmi.gateway.observe;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.EOFException;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedChannelException;
import org.apache.catalina.connector.ClientAbortException;
import org.apache.coyote.BadRequestException;
import org.junit.jupiter.api.Test;

class OutcomeTest {

    @Test
    void isToldByTheStatusWhenNothingBroke() {
        assertThat(Outcome.of(200, false, null, null))
                .isEqualTo(Outcome.COMPLETE)
                .hasToString("complete");
        assertThat(Outcome.of(304, false, null, null)).isEqualTo(Outcome.COMPLETE);
        assertThat(Outcome.of(400, false, null, null))
                .isEqualTo(Outcome.REFUSED)
                .hasToString("refused");
        assertThat(Outcome.of(503, false, null, null)).isEqualTo(Outcome.REFUSED);
    }

    @Test
    void isTheClientsWhenItGoesAway() {
        for (IOException gone : new IOException[] {
            new EOFException(), new IOException("Connection reset by peer"), new ClientAbortException(new IOException())
        }) {
            assertThat(Outcome.of(400, false, gone, null)).isEqualTo(Outcome.CUT_BY_CLIENT);
            assertThat(Outcome.of(200, false, null, gone))
                    .isEqualTo(Outcome.CUT_BY_CLIENT)
                    .hasToString("cut-by-client");
        }
    }

    @Test
    void isTheGatewaysWhenItEndsTheConnection() {
        assertThat(Outcome.of(200, true, null, null))
                .isEqualTo(Outcome.CUT_BY_GATEWAY)
                .hasToString("cut-by-gateway");
        assertThat(Outcome.of(200, false, null, new SocketTimeoutException())).isEqualTo(Outcome.CUT_BY_GATEWAY);
        assertThat(Outcome.of(200, false, null, new ClientAbortException(new AsynchronousCloseException())))
                .isEqualTo(Outcome.CUT_BY_GATEWAY);
        assertThat(Outcome.of(400, false, new ClosedChannelException(), null)).isEqualTo(Outcome.CUT_BY_GATEWAY);
    }

    @Test
    void isARefusalWhenTheClientIsStillThereForIt() {
        assertThat(Outcome.of(408, false, new SocketTimeoutException(), null)).isEqualTo(Outcome.REFUSED);
        assertThat(Outcome.of(400, false, new BadRequestException("chunk"), null))
                .isEqualTo(Outcome.REFUSED);
    }
}
