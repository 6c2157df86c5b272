// SHA-256 (FIPS 180-4) where there is no OpenSSL; jobs are told apart by it.

#include <fmt/format.h>

#include <array>
#include <bit>
#include <cstdint>

#include <resdyn/core/error.hpp>

#include "formats/sha256.hpp"

namespace resdyn {

namespace {

/// The first 32 bits of the fractional part of the k-th root of p, by integers: the largest x with
/// x^k <= p · 2^(32 k).
std::uint32_t root_bits(std::uint64_t p, int k) {
    const auto not_above = [&](std::uint64_t x) {
        // x < 2^36 and x^3 < 2^108: compared as 128 bits.
        __uint128_t power = 1;
        for (int i = 0; i < k; ++i) {
            power *= x;
        }
        return power <= static_cast<__uint128_t>(p) << (32 * k);
    };
    std::uint64_t root = 0;
    for (std::uint64_t bit = std::uint64_t{1} << 36; bit != 0; bit >>= 1) {
        if (not_above(root | bit)) {
            root |= bit;
        }
    }
    return static_cast<std::uint32_t>(root);
}

struct Constants {
    std::array<std::uint32_t, 64> k{};
    std::array<std::uint32_t, 8> h{};

    Constants() {
        std::size_t found = 0;
        for (std::uint64_t p = 2; found < k.size(); ++p) {
            bool prime = true;
            for (std::uint64_t d = 2; d * d <= p; ++d) {
                prime = prime && p % d != 0;
            }
            if (prime) {
                k[found] = root_bits(p, 3);
                if (found < h.size()) {
                    h[found] = root_bits(p, 2);
                }
                ++found;
            }
        }
    }
};

void compress(const Constants& constants, const unsigned char* block,
              std::array<std::uint32_t, 8>& state) {
    std::array<std::uint32_t, 64> w;
    for (std::size_t t = 0; t < 16; ++t) {
        w[t] = std::uint32_t{block[4 * t]} << 24 | std::uint32_t{block[4 * t + 1]} << 16 |
               std::uint32_t{block[4 * t + 2]} << 8 | std::uint32_t{block[4 * t + 3]};
    }
    for (std::size_t t = 16; t < 64; ++t) {
        const std::uint32_t a = w[t - 15], b = w[t - 2];
        w[t] = w[t - 16] + (std::rotr(a, 7) ^ std::rotr(a, 18) ^ a >> 3) + w[t - 7] +
               (std::rotr(b, 17) ^ std::rotr(b, 19) ^ b >> 10);
    }
    auto [a, b, c, d, e, f, g, h] = state;
    for (std::size_t t = 0; t < 64; ++t) {
        const std::uint32_t one = h + (std::rotr(e, 6) ^ std::rotr(e, 11) ^ std::rotr(e, 25)) +
                                  ((e & f) ^ (~e & g)) + constants.k[t] + w[t];
        const std::uint32_t two =
            (std::rotr(a, 2) ^ std::rotr(a, 13) ^ std::rotr(a, 22)) + ((a & b) ^ (a & c) ^ (b & c));
        h = g;
        g = f;
        f = e;
        e = d + one;
        d = c;
        c = b;
        b = a;
        a = one + two;
    }
    const std::array<std::uint32_t, 8> more = {a, b, c, d, e, f, g, h};
    for (std::size_t i = 0; i < 8; ++i) {
        state[i] += more[i];
    }
}

}  // namespace

std::string sha256(std::string_view bytes) {
    static const Constants constants;
    std::string padded(bytes);
    padded += '\x80';
    padded.resize((padded.size() + 8 + 63) / 64 * 64 - 8, '\0');
    const std::uint64_t bits = std::uint64_t{bytes.size()} * 8;
    for (int shift = 56; shift >= 0; shift -= 8) {
        padded += static_cast<char>(bits >> shift & 255);
    }
    std::array<std::uint32_t, 8> state = constants.h;
    for (std::size_t at = 0; at < padded.size(); at += 64) {
        compress(constants, reinterpret_cast<const unsigned char*>(padded.data()) + at, state);
    }
    std::string text;
    for (const std::uint32_t word : state) {
        text += fmt::format("{:08x}", word);
    }
    return text;
}

std::string sha256_file(const std::filesystem::path& path) {
    reject_input(path.string(), "a file system", "a page, which has none");
}

}  // namespace resdyn
