
#include "data/csv_dataset.hpp"
#include "formats/csv.hpp"
#include "fuzz.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace resdyn;
    fuzz::parses_or_refuses([&] {
        const Matrix matrix = parse_csv_matrix(fuzz::text_of(data, size), "input").values;
        if (matrix.size() == 0 || !matrix.allFinite()) {
            fuzz::broken("expected at least one number, all finite");
        }
    });
    fuzz::parses_or_refuses([&] {
        const fuzz::MemoryFile file(fuzz::text_of(data, size));
        validate(read_csv_dataset(file.path()).data);
    });
    for (const char* label : {"first", "last", "a"}) {
        fuzz::parses_or_refuses([&] {
            const fuzz::MemoryFile file(fuzz::text_of(data, size));
            validate(read_csv_dataset(file.path(), {.header = true, .index = true}, label).data);
        });
    }
    return 0;
}

std::vector<std::string> resdyn::fuzz::seeds() {
    return {"1,2\n3,4\n",
            "0.5, -1e-3 ,2\r\n1,2,3\r\n",
            "1e308\n",
            "0.1,0.2,0\n0.3,0.4,1\n",
            "\n",
            "1;-2,5\r\n+3;1e-400\r\n;\r\n",
            "\xef\xbb\xbf"
            "1\t2,5\n\xe2\x88\x92"
            "3\t4\n",
            std::string("\xff\xfe"
                        "1\0,\0002\0\n\0",
                        10),
            "# x\n1 2\r3 4\r",
            ",a,b\n0,1,2\n1,3,4\n",
            "a,b\n\"1\",x\n2,y\n"};
}
