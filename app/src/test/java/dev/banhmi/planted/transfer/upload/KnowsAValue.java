package dev.banhmi.planted.transfer.upload;

import dev.banhmi.planted.transfer.NewObject;

/** Breaks nothing. */
interface KnowsAValue {

    NewObject value();
}
