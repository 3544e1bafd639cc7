package dev.banhmi.local;

import org.junit.jupiter.api.Tag;

/** The same with a hundred uploads. */
@Tag("soak")
class LauncherUploadsSoakIT extends LauncherUploadsIT {

    @Override
    int uploads() {
        return 100;
    }
}
