package dev.banhmi.planted.transfer.upload;

import dev.banhmi.planted.transfer.Uploads;

interface KnowsTheFacade {

    Uploads uploads();
}
