#include "sign_walk.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

namespace resdyn {

namespace stdx = std::experimental;

void SignWalk::begin(std::uint32_t columns) {
    rows_ = 0;
    columns_ = 0;
    for (; columns != 0; columns &= columns - 1) {
        unit_[columns_++] = static_cast<std::uint8_t>(std::countr_zero(columns));
    }
    for (std::size_t j = 0; j < columns_; ++j) {
        B_[j] = Column{};
    }
    largest_.fill(0.0F);
    c_ = Column{};
    limit_.at.fill(1.0F);
}

void SignWalk::add_row(const UnitRow& b, double c, double limit) {
    double reach = std::abs(c) + limit;
    for (std::size_t j = 0; j < columns_; ++j) {
        const double value = b[unit_[j]];
        const auto entry = static_cast<float>(value);
        B_[j].at[rows_] = entry;
        largest_[j] = std::max(largest_[j], std::abs(entry));
        reach += std::abs(value);
    }
    // Every number that is computed is a sum of at most columns + 2 rounded terms of this row, in
    // some order: within (columns + 4) u of the sum of their sizes, u = 2^−24. Twice that, for both
    // sides of the comparison.
    const double slack = static_cast<double>(columns_ + 6) * 0x1p-23 * reach;
    c_.at[rows_] = static_cast<float>(c);
    limit_.at[rows_] = static_cast<float>((limit + slack) * (1.0 + 0x1p-22));
    ++rows_;
}

void SignWalk::order_columns() {
    for (std::size_t j = 0; j < columns_; ++j) {
        std::size_t place = j;
        for (; place > 0 && largest_[order_[place - 1]] < largest_[j]; --place) {
            order_[place] = order_[place - 1];
        }
        order_[place] = static_cast<std::uint8_t>(j);
    }
}

void SignWalk::prepare() {
    order_columns();
    outer_ = columns_ - std::min(columns_, inner_most);
    const std::size_t inner = columns_ - outer_;
    const std::size_t packs = (rows_ + width - 1) / width;
    for (std::size_t t = 0; t < outer_; ++t) {
        bit_[t] = std::uint32_t{1} << unit_[order_[t]];
    }
    for (std::size_t p = 0; p < packs; ++p) {
        Floats rest = limit_.pack(p);
        for (std::size_t j = outer_; j < columns_; ++j) {
            rest += abs(B_[order_[j]].pack(p));
        }
        rest_[outer_].set_pack(p, rest);
        for (std::size_t t = outer_; t-- > 0;) {
            rest += abs(B_[order_[t]].pack(p));
            rest_[t].set_pack(p, rest);
        }
    }
    sums_[0] = c_;
    for (std::size_t i = 0; i < rows_; ++i) {
        std::array<float, block>& table = table_[i].at;
        table[0] = 0.0F;
        for (std::size_t j = 0; j < inner; ++j) {
            const float b = B_[order_[outer_ + j]].at[i];
            const std::size_t half = std::size_t{1} << j;
            for (std::size_t l = 0; l < half; ++l) {
                table[half + l] = table[l] + b;
                table[l] -= b;
            }
        }
    }
    for (std::size_t l = 0; l < block; ++l) {
        inner_bits_[l] = 0;
        for (std::size_t j = 0; j < inner; ++j) {
            if ((l >> j & 1U) != 0) {
                inner_bits_[l] |= std::uint32_t{1} << unit_[order_[outer_ + j]];
            }
        }
    }
}

void SignWalk::run(const Found& found) {
    prepare();
    found_ = &found;
    filled_ = 0;
    switch ((rows_ + width - 1) / width) {
        case 0:
        case 1:
            descend<1>(0, 0);
            break;
        case 2:
            descend<2>(0, 0);
            break;
        case 3:
            descend<3>(0, 0);
            break;
        default:
            descend<most>(0, 0);
    }
    flush();
}

template <std::size_t Packs>
void SignWalk::descend(std::size_t depth, std::uint32_t signs) {
    if (depth == outer_) {
        leaf(signs);
        return;
    }
    for (const std::uint32_t bit : {std::uint32_t{0}, bit_[depth]}) {
        bool beyond = false;
        for (std::size_t p = 0; p < Packs; ++p) {
            const Floats step = B_[order_[depth]].pack(p);
            const Floats sum = sums_[depth].pack(p) + (bit != 0 ? step : -step);
            sums_[depth + 1].set_pack(p, sum);
            beyond = beyond || any_of(abs(sum) > rest_[depth + 1].pack(p));
        }
        if (!beyond) {
            descend<Packs>(depth + 1, signs | bit);
        }
    }
}

void SignWalk::leaf(std::uint32_t signs) {
    std::array<Floats, block_packs> room;
    room.fill(Floats(0.0F));
    for (std::size_t i = 0; i < rows_; ++i) {
        const float sum = sums_[outer_].at[i];
        const float limit = limit_.at[i];
        bool some = false;
        for (std::size_t p = 0; p < block_packs; ++p) {
            const Floats here(table_[i].at.data() + p * width, stdx::vector_aligned);
            room[p] = min(room[p], limit - abs(sum + here));
            some = some || any_of(room[p] >= 0.0F);
        }
        if (!some) {
            return;
        }
    }
    const std::size_t used = std::size_t{1} << (columns_ - outer_);
    if (filled_ + block > buffer_.size()) {
        flush();
    }
    for (std::size_t p = 0; p < block_packs; ++p) {
        const auto alive = room[p] >= 0.0F;
        unsigned bits = 0;
        for (std::size_t l = 0; l < width; ++l) {
            bits |= static_cast<unsigned>(alive[l]) << l;
        }
        for (; bits != 0; bits &= bits - 1) {
            const std::size_t l = p * width + static_cast<std::size_t>(std::countr_zero(bits));
            if (l < used) {
                buffer_[filled_++] = signs | inner_bits_[l];
            }
        }
    }
}

void SignWalk::flush() {
    if (filled_ > 0) {
        (*found_)(std::span(buffer_.data(), filled_));
        filled_ = 0;
    }
}

}  // namespace resdyn
