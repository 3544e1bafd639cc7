package dev.banhmi.cdk.constructs.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CidrTest {
    @ParameterizedTest
    @ValueSource(strings = {"0.0.0.0/0", "10.1.0.0/16", "10.1.4.0/22", "192.168.255.240/28", "255.255.255.255/32"})
    void writesWhatItRead(String text) {
        assertThat(Cidr.parse(text)).map(Cidr::toString).contains(text);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "10.1.0.0",
                "10.1.0.0/33",
                "10.1.0.256/32",
                "10.1.0.0/",
                "10.1.0.1/24",
                "10.1.2.0/22",
                "10.1.0/24",
                "::/0",
                "${Token[TOKEN.1]}"
            })
    void readsNothingElse(String text) {
        assertThat(Cidr.parse(text)).isEmpty();
    }

    @Test
    void startsAtItsLowestAddress() {
        assertThatIllegalArgumentException().isThrownBy(() -> new Cidr(1, 31));
        assertThatIllegalArgumentException().isThrownBy(() -> new Cidr(0, 33));
    }

    @ParameterizedTest
    @CsvSource({
        "10.1.0.0/16, 10.1.0.0/22, true, true",
        "10.1.0.0/16, 10.1.252.0/22, true, true",
        "10.1.0.0/16, 10.1.0.0/16, true, true",
        "10.1.0.0/22, 10.1.0.0/16, false, true",
        "10.1.0.0/16, 10.2.0.0/16, false, false",
        "10.1.0.0/22, 10.1.4.0/22, false, false"
    })
    void knowsWhatIsInIt(String left, String right, boolean contains, boolean overlaps) {
        Cidr range = Cidr.parse(left).orElseThrow();
        Cidr other = Cidr.parse(right).orElseThrow();
        assertThat(range.contains(other)).isEqualTo(contains);
        assertThat(range.overlaps(other)).isEqualTo(overlaps);
        assertThat(other.overlaps(range)).isEqualTo(overlaps);
    }
}
