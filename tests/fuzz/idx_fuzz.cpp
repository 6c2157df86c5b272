
#include "formats/idx.hpp"
#include "fuzz.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace resdyn;
    fuzz::parses_or_refuses([&] {
        const fuzz::MemoryFile file(fuzz::text_of(data, size));
        const IdxArray array = read_idx(file.path());
        Index count = 1;
        for (const Index dimension : array.shape) {
            count *= dimension;
        }
        if (count != array.size() || count != array.values().size()) {
            fuzz::broken("expected as many values as the dimensions say");
        }
    });
    return 0;
}

std::vector<std::string> resdyn::fuzz::seeds() {
    const std::string labels("\0\0\x08\x01\0\0\0\x03\0\x01\x02", 11);
    const std::string images(
        "\0\0\x08\x03\0\0\0\x02\0\0\0\x02\0\0\0\x01"
        "abcd",
        20);
    // The labels again, gzip.
    const std::string packed(
        "\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\x03\x63\x60\xe0\x60\x64\x60\x60\x60\x66"
        "\x60\x64\x02\x00\xe9\xec\x55\xf9\x0b\x00\x00\x00",
        31);
    const std::string floats("\0\0\x0d\x01\0\0\0\x01\x3f\x80\0\0", 12);
    const std::string integers("\0\0\x0b\x01\0\0\0\x02\x01\0\0\x02", 12);
    return {labels, images, packed, floats, integers};
}
