
#include "formats/npy.hpp"
#include "fuzz.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace resdyn;
    fuzz::parses_or_refuses([&] {
        const Matrix matrix = parse_npy(fuzz::text_of(data, size), "input").values;
        if (!matrix.allFinite()) {
            fuzz::broken("expected finite numbers");
        }
    });
    return 0;
}

namespace {

std::string npy(const std::string& header, std::size_t bytes) {
    std::string text("\x93NUMPY\x01\0", 8);
    text += static_cast<char>(header.size());
    text += '\0';
    return text + header + std::string(bytes, '\0');
}

}  // namespace

std::vector<std::string> resdyn::fuzz::seeds() {
    return {npy("{'descr': '<f8', 'fortran_order': False, 'shape': (2, 2), }\n", 32),
            npy("{'descr': '<f4', 'fortran_order': True, 'shape': (2, 3), }\n", 24),
            npy("{'descr': '<f8', 'fortran_order': False, 'shape': (3,), }\n", 24),
            npy("{\"shape\": (np.int64(2), 2L), 'fortran_order' : True, 'descr': '>i8'}", 32),
            npy("{'descr': '|b1', 'fortran_order': False, 'shape': (2, 2)}", 4),
            npy("{'descr': '<f2', 'fortran_order': False, 'shape': (2, 2)}", 8)};
}
