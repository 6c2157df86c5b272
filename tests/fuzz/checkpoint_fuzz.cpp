#include <resdyn/learning/checkpoint.hpp>

#include "fuzz.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace resdyn;
    fuzz::parses_or_refuses([&] {
        const fuzz::MemoryFile file(fuzz::text_of(data, size));
        const Checkpoint state = load_checkpoint(file.path());
        const std::string once = format_checkpoint(state);
        const fuzz::MemoryFile again(once);
        if (format_checkpoint(load_checkpoint(again.path())) != once) {
            fuzz::broken("expected a round trip to give the same bytes");
        }
    });
    return 0;
}

std::vector<std::string> resdyn::fuzz::seeds() {
    Checkpoint state;
    state.identity = {{"kind", "residual"}, {"seed", "1"}};
    state.epoch = 2;
    state.steps = 14;
    state.parameters = Vector::LinSpaced(6, -1.0, 1.0);
    state.whole_epoch = state.parameters;
    state.mean = 0.1 * state.parameters;
    state.squares = state.mean.cwiseAbs2();
    state.record = {EpochRecord{}, EpochRecord{}};
    Checkpoint empty;
    return {format_checkpoint(state), format_checkpoint(empty)};
}
