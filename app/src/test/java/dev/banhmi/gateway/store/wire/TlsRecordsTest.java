package dev.banhmi.gateway.store.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.banhmi.testkit.Seeds;
import dev.banhmi.testkit.TlsKeys;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.Random;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Two ends of a TLS connection, with the bytes between them carried by hand. */
class TlsRecordsTest {

    private static final int RECORD = 16_384;

    private static final TlsKeys KEYS = TlsKeys.create();

    private RecordBuffers buffers = new RecordBuffers(1, 0);

    /** In pieces of random size, into buffers of random size, both ways at once. */
    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void carriesEveryByteBothWays(String version) throws SSLException {
        Random random = new Random(Seeds.seed("TlsRecordsTest " + version));
        for (int round = 0; round < 20; round++) {
            Connection connection = connect("127.0.0.1", version, random);
            byte[] there = bytes(random, random.nextInt(5 * RECORD * RecordBuffers.RECORDS));
            byte[] back = bytes(random, random.nextInt(3 * RECORD));
            connection.server.carry(connection.client, there, random);
            connection.client.carry(connection.server, back, random);
            assertThat(connection.server.received()).isEqualTo(there);
            assertThat(connection.client.received()).isEqualTo(back);
            connection.client.tls.release();
            connection.server.tls.release();
        }
    }

    @Test
    void makesSeveralRecordsOfOneCall() throws SSLException {
        Connection connection = connect("127.0.0.1", "TLSv1.3", new Random(1));
        ByteBuffer plain = ByteBuffer.wrap(new byte[20 * RECORD]);
        connection.client.tls.encrypt(plain);
        assertThat(plain.position()).isGreaterThanOrEqualTo((RecordBuffers.RECORDS - 1) * RECORD);
        assertThat(plain.hasRemaining()).isTrue();
        int[] writes = {0};
        connection.client.tls.outgoing(from -> {
            writes[0]++;
            from.position(from.limit());
        });
        assertThat(writes[0]).isEqualTo(1);
        assertThat(connection.client.tls.hasOutgoing()).isFalse();
    }

    @Test
    void refusesTheCertificateOfAnotherHost() {
        assertThatThrownBy(() -> connect("127.0.0.2", "TLSv1.3", new Random(1)))
                .isInstanceOf(SSLException.class)
                .hasStackTraceContaining("127.0.0.2");
        assertThatThrownBy(() -> connect("store.example", "TLSv1.3", new Random(1)))
                .isInstanceOf(SSLException.class);
    }

    @Test
    void refusesACertificateThatNobodyTrusts() {
        TlsKeys others = TlsKeys.create();
        SSLEngine engine = others.context().createSSLEngine("127.0.0.1", 443);
        assertThatThrownBy(() -> connect(engine, "TLSv1.3", new Random(1))).isInstanceOf(SSLException.class);
    }

    /** Tickets come behind the handshake, before anything was requested; nobody has sent anything. */
    @Test
    void takesATicketForNothing() throws SSLException {
        Connection connection = connect("127.0.0.1", "TLSv1.3", new Random(1));
        connection.server.flush();
        assertThat(connection.client.wire).isNotEmpty();
        connection.client.receiveAll();
        assertThat(connection.client.tls.decrypt(ByteBuffer.allocate(100))).isZero();
        assertThat(connection.client.tls.hasOpened()).isFalse();
        assertThat(connection.client.tls.hasIncoming()).isFalse();
    }

    @Test
    void keepsWhatHasNoRoom() throws SSLException {
        Connection connection = connect("127.0.0.1", "TLSv1.3", new Random(1));
        connection.server.tls.encrypt(ByteBuffer.wrap(new byte[] {1, 2, 3}));
        connection.server.flush();
        connection.client.receiveAll();
        ByteBuffer one = ByteBuffer.allocate(1);
        assertThat(connection.client.tls.decrypt(one)).isEqualTo(1);
        assertThat(connection.client.tls.hasOpened()).isTrue();
        ByteBuffer more = ByteBuffer.allocate(5);
        assertThat(connection.client.tls.decrypt(more)).isEqualTo(2);
        assertThat(connection.client.tls.hasOpened()).isFalse();
    }

    /** Hundreds of readers that take their time have one each. */
    @Test
    void keepsWhatHasNoRoomInNoMoreThanARecord() throws SSLException {
        Connection connection = connect("127.0.0.1", "TLSv1.3", new Random(1));
        connection.server.tls.encrypt(ByteBuffer.wrap(new byte[1_000]));
        connection.server.flush();
        connection.client.receiveAll();
        connection.client.tls.decrypt(ByteBuffer.allocate(1));
        assertThat(connection.client.tls.hasOpened()).isTrue();
        assertThat(buffers.lent()).isBetween((long) RECORD, 2L * RECORD);
        connection.client.tls.release();
        connection.server.tls.release();
        assertThat(buffers.lent()).isZero();
    }

    /** Of a record that has not arrived as a whole nothing is believed. */
    @Test
    void waitsForTheRestOfARecord() throws SSLException {
        Connection connection = connect("127.0.0.1", "TLSv1.3", new Random(1));
        connection.server.flush();
        connection.client.receiveAll();
        connection.client.tls.decrypt(ByteBuffer.allocate(1));
        connection.server.tls.encrypt(ByteBuffer.wrap(new byte[1_000]));
        connection.server.flush();
        byte[] record = connection.client.wire.removeFirst();
        ByteBuffer to = ByteBuffer.allocate(2_000);
        for (int i = 0; i < record.length - 1; i++) {
            connection.client.wire.add(new byte[] {record[i]});
            connection.client.receiveAll();
            assertThat(connection.client.tls.decrypt(to)).isZero();
        }
        assertThat(connection.client.tls.hasIncoming()).isTrue();
        connection.client.wire.add(new byte[] {record[record.length - 1]});
        connection.client.receiveAll();
        assertThat(connection.client.tls.decrypt(to)).isEqualTo(1_000);
    }

    @Test
    void refusesWhatWasChangedOnItsWay() throws SSLException {
        Connection connection = connect("127.0.0.1", "TLSv1.3", new Random(1));
        connection.server.tls.encrypt(ByteBuffer.wrap(new byte[1_000]));
        connection.server.flush();
        byte[] last = connection.client.wire.getLast();
        last[last.length / 2] ^= 1;
        connection.client.receiveAll();
        assertThatThrownBy(() -> connection.client.tls.decrypt(ByteBuffer.allocate(2_000)))
                .isInstanceOf(SSLException.class);
    }

    @Test
    void tellsThatTheOtherSideHasClosed() throws SSLException {
        Connection connection = connect("127.0.0.1", "TLSv1.3", new Random(1));
        connection.server.tls.encrypt(ByteBuffer.wrap(new byte[10]));
        connection.server.tls.close();
        connection.server.flush();
        connection.client.receiveAll();
        ByteBuffer to = ByteBuffer.allocate(100);
        assertThat(connection.client.tls.decrypt(to)).isEqualTo(10);
        assertThat(connection.client.tls.decrypt(to)).isEqualTo(-1);
    }

    /** A connection at rest holds none. */
    @Test
    void givesEveryBufferBack() throws SSLException {
        Connection connection = connect("127.0.0.1", "TLSv1.3", new Random(1));
        connection.server.carry(connection.client, new byte[100_000], new Random(1));
        connection.server.flush();
        connection.client.receiveAll();
        connection.client.tls.decrypt(ByteBuffer.allocate(1));
        assertThat(buffers.lent()).isZero();
        ByteBuffer first = buffers.lend();
        ByteBuffer second = buffers.lend();
        assertThat(first).isNotSameAs(second);
        assertThat(connection.client.tls.hasIncoming()).isFalse();
        assertThat(connection.client.tls.hasOpened()).isFalse();
        assertThat(connection.client.tls.hasOutgoing()).isFalse();
    }

    private Connection connect(String host, String version, Random random) throws SSLException {
        return connect(KEYS.context().createSSLEngine(host, 443), version, random);
    }

    private Connection connect(SSLEngine engine, String version, Random random) throws SSLException {
        engine.setEnabledProtocols(new String[] {version});
        RecordBuffers lent = RecordBuffers.of(engine, 4);
        buffers = lent;
        End client = new End(TlsRecords.ofClient(engine, lent));
        SSLEngine other = KEYS.context().createSSLEngine();
        other.setUseClientMode(false);
        End server = new End(new TlsRecords(other, lent));
        client.other = server;
        server.other = client;
        for (int steps = 0; client.isShakingHands() || server.isShakingHands(); steps++) {
            assertThat(steps).isLessThan(10_000);
            (random.nextBoolean() ? client : server).shake(random);
        }
        return new Connection(client, server);
    }

    private static byte[] bytes(Random random, int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    private record Connection(End client, End server) {}

    /** One side, and what is on its way to it. */
    private static final class End {

        private final TlsRecords tls;
        private final Deque<byte[]> wire = new ArrayDeque<>();
        private final ByteArrayOutputStream received = new ByteArrayOutputStream();
        private End other = this;

        End(TlsRecords tls) {
            this.tls = tls;
        }

        boolean isShakingHands() throws SSLException {
            return tls.proceed() != TlsRecords.Need.NOTHING;
        }

        void shake(Random random) throws SSLException {
            switch (tls.proceed()) {
                case COMPUTE -> {
                    for (Runnable task = tls.task(); task != null; task = tls.task()) {
                        task.run();
                    }
                }
                case SEND -> flush();
                case RECEIVE -> receiveSome(random);
                case NOTHING -> {}
            }
        }

        void flush() {
            tls.outgoing(from -> {
                byte[] sent = new byte[from.remaining()];
                from.get(sent);
                other.wire.add(sent);
            });
        }

        /** What the first piece on its way has, or some of it. */
        void receiveSome(Random random) {
            byte[] piece = wire.pollFirst();
            if (piece == null || piece.length == 0) {
                return;
            }
            tls.incoming(to -> {
                int count = Math.min(to.remaining(), 1 + random.nextInt(piece.length));
                to.put(piece, 0, count);
                if (count < piece.length) {
                    wire.addFirst(Arrays.copyOfRange(piece, count, piece.length));
                }
                return count;
            });
        }

        void receiveAll() {
            for (byte[] piece = wire.pollFirst(); piece != null; piece = wire.pollFirst()) {
                byte[] all = piece;
                tls.incoming(to -> {
                    to.put(all);
                    return all.length;
                });
            }
        }

        /** Sends to this end from the other. */
        void carry(End from, byte[] bytes, Random random) throws SSLException {
            ByteBuffer plain = ByteBuffer.wrap(bytes);
            for (int steps = 0; received.size() < bytes.length; steps++) {
                assertThat(steps).isLessThan(1_000_000);
                if (random.nextBoolean()) {
                    from.tls.encrypt(plain);
                    from.flush();
                }
                receiveSome(random);
                ByteBuffer to = ByteBuffer.allocate(1 + random.nextInt(3 * RECORD));
                int count = tls.decrypt(to);
                received.write(to.array(), 0, Math.max(count, 0));
            }
            assertThat(plain.hasRemaining()).isFalse();
        }

        byte[] received() {
            return received.toByteArray();
        }
    }
}
