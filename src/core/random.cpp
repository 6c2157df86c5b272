#include <resdyn/core/random.hpp>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <utility>

#include <resdyn/core/error.hpp>

namespace resdyn {

namespace {

constexpr std::uint32_t philox_m0 = 0xD2511F53U;
constexpr std::uint32_t philox_m1 = 0xCD9E8D57U;
constexpr std::uint32_t philox_w0 = 0x9E3779B9U;
constexpr std::uint32_t philox_w1 = 0xBB67AE85U;
constexpr int philox_rounds = 10;

std::array<std::uint32_t, 4> philox(std::array<std::uint32_t, 4> c,
                                    std::array<std::uint32_t, 2> k) {
    for (int round = 0; round < philox_rounds; ++round) {
        const std::uint64_t p0 = std::uint64_t{philox_m0} * c[0];
        const std::uint64_t p1 = std::uint64_t{philox_m1} * c[2];
        c = {static_cast<std::uint32_t>(p1 >> 32) ^ c[1] ^ k[0], static_cast<std::uint32_t>(p1),
             static_cast<std::uint32_t>(p0 >> 32) ^ c[3] ^ k[1], static_cast<std::uint32_t>(p0)};
        k[0] += philox_w0;
        k[1] += philox_w1;
    }
    return c;
}

/// Blocks of four numbers made side by side; a loop over them becomes vector instructions.
constexpr std::size_t lanes = 256;
constexpr std::size_t batch_size = 4 * lanes;
using FloatBatch = Eigen::Array<float, batch_size / 2, 2>;

/// The next `lanes` blocks of a stream as uniforms in (0, 1), all first numbers, then all second …
void uniform_batch(std::array<std::uint32_t, 4>& counter, std::array<std::uint32_t, 2> k,
                   float* out) {
    std::array<std::array<std::uint32_t, lanes>, 4> c;
    for (std::size_t i = 0; i < lanes; ++i) {
        c[0][i] = counter[0];
        c[1][i] = counter[1];
        c[2][i] = counter[2];
        c[3][i] = counter[3];
        if (++counter[0] == 0) {
            ++counter[1];
        }
    }
    for (int round = 0; round < philox_rounds; ++round) {
        for (std::size_t i = 0; i < lanes; ++i) {
            const std::uint64_t p0 = std::uint64_t{philox_m0} * c[0][i];
            const std::uint64_t p1 = std::uint64_t{philox_m1} * c[2][i];
            c[0][i] = static_cast<std::uint32_t>(p1 >> 32) ^ c[1][i] ^ k[0];
            c[1][i] = static_cast<std::uint32_t>(p1);
            c[2][i] = static_cast<std::uint32_t>(p0 >> 32) ^ c[3][i] ^ k[1];
            c[3][i] = static_cast<std::uint32_t>(p0);
        }
        k[0] += philox_w0;
        k[1] += philox_w1;
    }
    for (std::size_t j = 0; j < 4; ++j) {
        for (std::size_t i = 0; i < lanes; ++i) {
            // Signed, because vector units convert those.
            const auto bits = static_cast<std::int32_t>(c[j][i] >> 8);
            out[j * lanes + i] = (static_cast<float>(bits) + 0.5F) * 0x1.0p-24F;
        }
    }
}

/// Calls next(batch) for as many batches as cover `count`, and copies them out.
template <class Next>
void fill_batches(float* out, Index count, Next next) {
    FloatBatch batch;
    for (Index first = 0; first < count; first += batch.size()) {
        next(batch);
        std::copy_n(batch.data(), std::min(batch.size(), count - first), out + first);
    }
}

}  // namespace

Random::Random(std::uint64_t seed, std::uint64_t task)
    : counter_{0, 0, static_cast<std::uint32_t>(task), static_cast<std::uint32_t>(task >> 32)},
      key_{static_cast<std::uint32_t>(seed), static_cast<std::uint32_t>(seed >> 32)} {}

std::uint32_t Random::next_u32() {
    if (used_ == 4) {
        block_ = philox(counter_, key_);
        used_ = 0;
        if (++counter_[0] == 0) {
            ++counter_[1];
        }
    }
    return block_[static_cast<std::size_t>(used_++)];
}

std::uint64_t Random::next_u64() {
    const std::uint64_t high = next_u32();
    return (high << 32) | next_u32();
}

double Random::uniform() {
    return static_cast<double>(next_u64() >> 11) * 0x1.0p-53;
}

double Random::uniform(double lower, double upper) {
    return lower + (upper - lower) * uniform();
}

double Random::normal() {
    if (has_spare_) {
        has_spare_ = false;
        return spare_normal_;
    }
    // 1 − uniform lies in (0, 1], so the logarithm is finite.
    const double radius = std::sqrt(-2.0 * std::log(1.0 - uniform()));
    const double angle = 2.0 * std::numbers::pi * uniform();
    spare_normal_ = radius * std::sin(angle);
    has_spare_ = true;
    return radius * std::cos(angle);
}

void Random::fill_uniform(float* out, Index count) {
    fill_batches(out, count,
                 [this](FloatBatch& batch) { uniform_batch(counter_, key_, batch.data()); });
}

void Random::fill_normal(float* out, Index count) {
    fill_batches(out, count, [this](FloatBatch& batch) {
        uniform_batch(counter_, key_, batch.data());
        const Eigen::Array<float, batch_size / 2, 1> radius = (-2.0F * batch.col(0).log()).sqrt();
        const Eigen::Array<float, batch_size / 2, 1> angle =
            2.0F * std::numbers::pi_v<float> * batch.col(1);
        batch.col(0) = radius * angle.cos();
        batch.col(1) = radius * angle.sin();
    });
}

std::uint64_t Random::below(std::uint64_t bound) {
    if (bound == 0) {
        reject_argument("Random::below", "bound >= 1", "0");
    }
    const std::uint64_t threshold = (0 - bound) % bound;
    for (;;) {
        const std::uint64_t draw = next_u64();
        if (draw >= threshold) {
            return draw % bound;
        }
    }
}

std::vector<Index> Random::permutation(Index n) {
    std::vector<Index> order(static_cast<std::size_t>(n));
    for (std::size_t i = 0; i < order.size(); ++i) {
        order[i] = static_cast<Index>(i);
    }
    for (std::size_t i = order.size(); i > 1; --i) {
        std::swap(order[i - 1], order[below(i)]);
    }
    return order;
}

Vector Random::uniform_vector(Index n, double lower, double upper) {
    Vector v(n);
    for (Index i = 0; i < n; ++i) {
        v[i] = uniform(lower, upper);
    }
    return v;
}

Matrix Random::normal_matrix(Index rows, Index cols, double standard_deviation) {
    Matrix m(rows, cols);
    for (Index j = 0; j < cols; ++j) {
        for (Index i = 0; i < rows; ++i) {
            m(i, j) = standard_deviation * normal();
        }
    }
    return m;
}

}  // namespace resdyn
