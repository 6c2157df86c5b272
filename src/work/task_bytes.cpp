#include "task_bytes.hpp"

#include <algorithm>
#include <bit>

#include <resdyn/core/error.hpp>

namespace resdyn {

namespace {

constexpr unsigned bits_a_byte = 7;
constexpr std::uint64_t low_bits = (1U << bits_a_byte) - 1;

[[noreturn]] void refuse(std::string_view got) {
    reject_input("task", "the bytes of one result", got);
}

}  // namespace

void TaskWriter::add(std::uint64_t value) {
    for (; value > low_bits; value >>= bits_a_byte) {
        bytes_ += static_cast<char>((value & low_bits) | (low_bits + 1));
    }
    bytes_ += static_cast<char>(value);
}

void TaskWriter::add_signed(Index value) {
    const auto bits = static_cast<std::uint64_t>(value);
    add(value < 0 ? ~(bits << 1) : bits << 1);
}

void TaskWriter::add_sparse(const std::vector<Index>& values) {
    std::size_t zeros = 0;
    for (const Index value : values) {
        if (value == 0) {
            ++zeros;
            continue;
        }
        add(static_cast<std::uint64_t>(value));
        add(zeros);
        zeros = 0;
    }
    add(0);
}

void TaskWriter::add_text(std::string_view text) {
    add(text.size());
    bytes_ += text;
}

void TaskWriter::add_double(double value) {
    auto bits = std::bit_cast<std::uint64_t>(value);
    for (std::size_t k = 0; k < sizeof(bits); ++k, bits >>= 8) {
        bytes_ += static_cast<char>(bits & 0xff);
    }
}

std::uint64_t TaskReader::next() {
    std::uint64_t value = 0;
    for (unsigned shift = 0; shift < 64; shift += bits_a_byte) {
        if (rest_.empty()) {
            refuse("some that end too early");
        }
        const auto byte = static_cast<unsigned char>(rest_.front());
        rest_.remove_prefix(1);
        value |= (byte & low_bits) << shift;
        if (byte <= low_bits) {
            return value;
        }
    }
    refuse("a number beyond 64 bits");
}

Index TaskReader::next_signed() {
    const std::uint64_t bits = next();
    return static_cast<Index>((bits & 1) != 0 ? ~(bits >> 1) : bits >> 1);
}

void TaskReader::next_sparse(std::vector<Index>& values) {
    std::fill(values.begin(), values.end(), 0);
    std::size_t place = 0;
    for (Index value = next_index(); value != 0; value = next_index()) {
        const std::uint64_t zeros = next();
        if (zeros >= values.size() - place) {
            refuse("a list that is too long");
        }
        place += zeros;
        values[place++] = value;
    }
}

std::string TaskReader::next_text() {
    const std::uint64_t size = next();
    if (size > rest_.size()) {
        refuse("some that end too early");
    }
    std::string text(rest_.substr(0, size));
    rest_.remove_prefix(size);
    return text;
}

double TaskReader::next_double() {
    std::uint64_t bits = 0;
    if (rest_.size() < sizeof(bits)) {
        refuse("some that end too early");
    }
    for (std::size_t k = 0; k < sizeof(bits); ++k) {
        bits |= std::uint64_t{static_cast<unsigned char>(rest_[k])} << (8 * k);
    }
    rest_.remove_prefix(sizeof(bits));
    return std::bit_cast<double>(bits);
}

void TaskReader::end() const {
    if (!rest_.empty()) {
        refuse("more of them");
    }
}

}  // namespace resdyn
