package dev.banhmi.gateway.store.wire;

import static dev.banhmi.gateway.store.wire.ResponseParserTest.bytes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What belongs to a request, and what may follow it. */
class ExchangeTest {

    private static final String CONTINUE = "HTTP/1.1 100 Continue\r\n\r\n";
    private static final String SUCCESS = "HTTP/1.1 200 OK\r\nETag: \"1\"\r\nContent-Length: 0\r\n\r\n";
    private static final String REFUSAL = "HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n";
    private static final String TIRED = "HTTP/1.1 408 Request Timeout\r\nContent-Length: 0\r\n\r\n";

    @Test
    void takesTheResponseToARequestThatWasSent() throws MalformedResponseException {
        Exchange exchange = new Exchange(false);
        exchange.sent();
        assertThat(exchange.wantsRest()).isTrue();
        exchange.receive(bytes(SUCCESS));
        assertThat(exchange.head()).isNotNull();
        assertThat(exchange.isOver()).isTrue();
        assertThat(exchange.leavesInStep()).isTrue();
    }

    /** At every byte of the response the last one of the request may be sent. */
    @Test
    void believesNoSuccessThatBeganBeforeTheEndOfTheRequest() throws MalformedResponseException {
        for (int early = 0; early <= SUCCESS.length(); early++) {
            int split = early;
            Exchange exchange = new Exchange(false);
            if (split == 0) {
                receiveAround(exchange, SUCCESS, 0);
                assertThat(exchange.leavesInStep()).isTrue();
            } else {
                assertThatThrownBy(() -> receiveAround(exchange, SUCCESS, split))
                        .hasMessageContaining("before the end of the request");
            }
        }
    }

    /** An interim response may come at any time, and does not make the next one early. */
    @Test
    void believesASuccessBehindAnInterimResponseThatWasEarly() throws MalformedResponseException {
        String both = CONTINUE + SUCCESS;
        for (int early = 0; early <= both.length(); early++) {
            int split = early;
            Exchange exchange = new Exchange(false);
            if (split <= CONTINUE.length()) {
                receiveAround(exchange, both, split);
                assertThat(exchange.leavesInStep()).as("%d", split).isTrue();
            } else {
                assertThatThrownBy(() -> receiveAround(exchange, both, split))
                        .as("%d", split)
                        .isInstanceOf(MalformedResponseException.class);
            }
        }
    }

    @Test
    void takesARefusalAtAnyTime() throws MalformedResponseException {
        for (int early = 0; early <= REFUSAL.length(); early++) {
            Exchange exchange = new Exchange(false);
            receiveAround(exchange, REFUSAL, early);
            assertThat(exchange.isOver()).isTrue();
            assertThat(exchange.leavesInStep()).as("%d", early).isEqualTo(early == 0);
        }
    }

    /** The last byte was about to be sent when the connection broke: the store cannot know of it. */
    @Test
    void believesOnlyARefusalOfARequestThatCouldNotBeSent() throws MalformedResponseException {
        Exchange success = new Exchange(false);
        success.sent();
        success.cut();
        assertThatThrownBy(() -> success.receive(bytes(SUCCESS))).isInstanceOf(MalformedResponseException.class);
        Exchange refusal = new Exchange(false);
        refusal.sent();
        refusal.cut();
        refusal.receive(bytes(REFUSAL));
        assertThat(refusal.isOver()).isTrue();
        assertThat(refusal.leavesInStep()).isFalse();
    }

    @Test
    void wantsNoMoreOfARequestThatIsRefused() throws MalformedResponseException {
        Exchange exchange = new Exchange(false);
        exchange.receive(bytes(CONTINUE));
        assertThat(exchange.wantsRest()).isTrue();
        exchange.receive(bytes(REFUSAL));
        assertThat(exchange.wantsRest()).isFalse();
        assertThat(exchange.leavesInStep()).isFalse();
    }

    /** Of a request that was sent, it is a response like any other. */
    @Test
    void takesNoLackOfPatienceForARefusal() throws MalformedResponseException {
        Exchange unsent = new Exchange(false);
        assertThatThrownBy(() -> unsent.receive(bytes(TIRED))).isInstanceOf(MalformedResponseException.class);
        Exchange sent = new Exchange(false);
        receiveAround(sent, TIRED, 0);
        assertThat(sent.isOver()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1 200 OK\r\nETag: \"1\"\r\nConnection: close\r\nContent-Length: 0\r\n\r\n",
                "HTTP/1.0 200 OK\r\nETag: \"1\"\r\nContent-Length: 0\r\n\r\n",
                "HTTP/1.1 403 Forbidden\r\n\r\n"
            })
    void leavesNoConnectionThatEndsWithIt(String response) throws MalformedResponseException {
        Exchange exchange = new Exchange(true);
        receiveAround(exchange, response, 0);
        if (!exchange.isOver()) {
            exchange.end();
        }
        assertThat(exchange.isOver()).isTrue();
        assertThat(exchange.leavesInStep()).isFalse();
    }

    @Test
    void leavesAConnectionOnlyBehindTheWholeBody() throws MalformedResponseException {
        Exchange exchange = new Exchange(true);
        exchange.sent();
        ByteBuffer arrived = bytes("HTTP/1.1 200 OK\r\nETag: \"1\"\r\nContent-Length: 5\r\n\r\nright" + SUCCESS);
        exchange.receive(arrived);
        ByteBuffer to = ByteBuffer.allocate(3);
        assertThat(exchange.take(arrived, to)).isEqualTo(3);
        assertThat(exchange.leavesInStep()).isFalse();
        assertThat(exchange.run()).isEqualTo(2);
        exchange.ran(2);
        assertThat(exchange.leavesInStep()).isTrue();
        assertThat(arrived.remaining()).isEqualTo(2 + SUCCESS.length());
    }

    @ParameterizedTest
    @CsvSource({"'', without a response", "HTTP/1.1 20, within its headers", "'HTTP/1.1 200 OK\r\n', within its headers"
    })
    void saysWhereAResponseBrokeOff(String arrived, String where) throws MalformedResponseException {
        Exchange exchange = new Exchange(true);
        exchange.sent();
        exchange.receive(bytes(arrived));
        assertThatThrownBy(exchange::end).hasMessageContaining(where);
    }

    /** A refusal without an end does not take the memory of all transfers. */
    @Test
    void boundsWhatIsNoObject() throws MalformedResponseException {
        Exchange refusal = new Exchange(true);
        receiveAround(refusal, "HTTP/1.1 403 Forbidden\r\nContent-Length: 999999999\r\n\r\n", 0);
        refusal.ran(Exchange.MOST_TEXT);
        assertThatThrownBy(() -> refusal.ran(1)).hasMessageContaining("longer than");
        Exchange object = new Exchange(true);
        receiveAround(object, "HTTP/1.1 200 OK\r\nETag: \"1\"\r\nContent-Length: 999999999\r\n\r\n", 0);
        object.ran(999_999_999);
        assertThat(object.leavesInStep()).isTrue();
    }

    /** So many bytes of it arrive before the request is sent to its end, the rest behind it. */
    private static void receiveAround(Exchange exchange, String response, int early) throws MalformedResponseException {
        exchange.receive(bytes(response.substring(0, early)));
        exchange.sent();
        exchange.receive(bytes(response.substring(early)));
    }
}
