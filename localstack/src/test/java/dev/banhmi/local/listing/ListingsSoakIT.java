package dev.banhmi.local.listing;

import dev.banhmi.local.backend.Backend;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The same with 2,000 objects where each is asked for its name ({@code -Dlistings.objects}), 500 where none is, other page sizes, and
 * with LocalStack. Where pages have one object, those before have 1,000.
 */
@Tag("soak")
class ListingsSoakIT extends ListingsIT {

    @Override
    int objects(String bucket) {
        return bucket.equals(HASHED) ? Integer.getInteger("listings.objects", 2_000) : 500;
    }

    @Override
    List<Integer> pageSizes(Random random) {
        return List.of(1, 50 + random.nextInt(948));
    }

    @Override
    @ParameterizedTest
    @EnumSource
    void listsWhatStaysExactlyOnce(Backend kind) throws Exception {
        assertListsWhatStays(kind);
    }
}
