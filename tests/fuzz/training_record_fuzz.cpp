
#include "fuzz.hpp"
#include "results/training_record.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace resdyn;
    fuzz::parses_or_refuses([&] {
        const auto record = parse_training_record(fuzz::text_of(data, size), "input");
        const std::string once = format_training_record(record);
        if (format_training_record(parse_training_record(once, "again")) != once) {
            fuzz::broken("expected a round trip to give the same bytes");
        }
    });
    return 0;
}

std::vector<std::string> resdyn::fuzz::seeds() {
    std::vector<EpochRecord> record(3);
    for (std::size_t k = 0; k < record.size(); ++k) {
        record[k].epoch = static_cast<Index>(k);
        record[k].loss = 0.75 / (1.0 + static_cast<double>(k));
    }
    record[2].held_out_accuracy = 0.875;
    record[2].depth_change = 1.0;
    return {format_training_record(record), format_training_record({EpochRecord{}})};
}
