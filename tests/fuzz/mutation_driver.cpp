// A deterministic mutation fuzzer: seeds changed by bit flips, byte and word replacements with
// values that break arithmetic, cuts, repeats and splices of two; some mutants are mutated again.
// Usage: TARGET [EXECUTIONS] [SEED]. A crash is a crash; a hang is an input that takes more than
// two seconds. TARGET --seeds FOLDER writes the seeds there instead, a file each, for libFuzzer.
#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <string>
#include <string_view>

#include <resdyn/core/random.hpp>

#include "fuzz.hpp"

namespace {

using resdyn::Random;

std::size_t below(Random& random, std::size_t bound) {
    return static_cast<std::size_t>(random.below(bound));
}

void mutate(std::string& text, const std::vector<std::string>& pool, Random& random) {
    static const std::vector<std::string> words = {std::string(8, '\xff'),
                                                   std::string(8, '\0'),
                                                   std::string("\0\0\0\0\0\0\0\x10", 8),
                                                   std::string(4, '\xff'),
                                                   "\x80",
                                                   "-1",
                                                   "1e999",
                                                   "nan",
                                                   "18446744073709551615",
                                                   "9223372036854775808",
                                                   "4294967296",
                                                   "{",
                                                   "[",
                                                   "}",
                                                   "]",
                                                   "\"",
                                                   "\n",
                                                   "\r\n",
                                                   ",",
                                                   "F64",
                                                   "\xc3\x28"};
    const std::size_t changes = 1 + below(random, 4);
    for (std::size_t k = 0; k < changes; ++k) {
        const std::size_t at = text.empty() ? 0 : below(random, text.size());
        switch (random.below(8)) {
            case 0:
                if (!text.empty()) {
                    text[at] = static_cast<char>(text[at] ^ (1 << random.below(8)));
                }
                break;
            case 1:
                if (!text.empty()) {
                    text[at] = static_cast<char>(random.below(256));
                }
                break;
            case 2: {
                const std::string& word = words[below(random, words.size())];
                text.replace(at, std::min(word.size(), text.size() - at), word);
                break;
            }
            case 3:
                text.insert(at, words[below(random, words.size())]);
                break;
            case 4:
                text.resize(at);
                break;
            case 5:
                text.erase(at, 1 + below(random, 16));
                break;
            case 6: {
                const std::string piece = text.substr(at, 1 + below(random, 64));
                for (std::size_t n = below(random, 4); n-- > 0;) {
                    text.insert(at, piece);
                }
                break;
            }
            default: {
                const std::string& other = pool[below(random, pool.size())];
                text = text.substr(0, at) +
                       other.substr(other.empty() ? 0 : below(random, other.size()));
                break;
            }
        }
    }
    constexpr std::size_t longest = 1 << 16;
    text.resize(std::min(text.size(), longest));
}

int write_seeds(const std::string& folder) {
    int number = 0;
    for (const std::string& seed : resdyn::fuzz::seeds()) {
        std::ofstream file(folder + "/seed-" + std::to_string(number++), std::ios::binary);
        if (!(file << seed << std::flush)) {
            std::cerr << "fuzz: expected a folder that can be written, got " << folder << '\n';
            return 1;
        }
    }
    return 0;
}

}  // namespace

int main(int argc, char** argv) {
    if (argc == 3 && std::string_view(argv[1]) == "--seeds") {
        return write_seeds(argv[2]);
    }
    const std::size_t executions = argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 20000;
    const std::uint64_t seed = argc > 2 ? std::strtoull(argv[2], nullptr, 10) : 1;
    std::vector<std::string> pool = resdyn::fuzz::seeds();
    const std::size_t given = pool.size();  // every seed runs as it is first
    for (std::size_t k = 0; k < given + executions; ++k) {
        Random random(seed, k);
        std::string text = pool[k < given ? k : below(random, pool.size())];
        if (k >= given) {
            mutate(text, pool, random);
            constexpr std::size_t largest_pool = 256;
            if (pool.size() < largest_pool && random.below(64) == 0) {
                pool.push_back(text);  // mutants of mutants
            }
        }
        const auto begin = std::chrono::steady_clock::now();
        LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(text.data()), text.size());
        const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
        constexpr double hang = 2.0;
        if (took.count() > hang) {
            std::cerr << "fuzz: execution " << k << " of seed " << seed << " took " << took.count()
                      << " s\n";
            return 1;
        }
    }
    std::cout << executions << " executions, seed " << seed << ": no crash, no hang\n";
    return 0;
}
