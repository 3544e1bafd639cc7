package dev.banhmi.planted.upload;

import dev.banhmi.planted.legacy.Thing;

interface KnowsTooMuch {

    Thing thing();
}
