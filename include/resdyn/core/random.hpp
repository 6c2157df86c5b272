/// @file
/// Seeded random numbers, keyed by (seed, task): every task of a computation draws from a stream of
/// its own, so results do not depend on how tasks are spread over threads or machines.
///
/// Method: Philox4x32-10, a counter-based generator (Salmon, Moraes, Dror, Shaw, "Parallel random
/// numbers: as easy as 1, 2, 3", SC 2011, section 3.3). The distributions are our own, because
/// those of the standard library differ between implementations.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include <resdyn/core/types.hpp>

namespace resdyn {

/// A stream of random numbers, wholly determined by (seed, task).
class Random {
  public:
    explicit Random(std::uint64_t seed, std::uint64_t task = 0);

    std::uint32_t next_u32();
    std::uint64_t next_u64();
    /// Uniform in [0, 1), 53 bits.
    double uniform();
    /// Uniform in [lower, upper).
    double uniform(double lower, double upper);
    /// Standard normal (Box–Muller).
    double normal();
    /// Uniform integer in [0, bound), bound ≥ 1, without bias (Lemire 2019, rejection).
    std::uint64_t below(std::uint64_t bound);

    /// Random order of 0 … n−1 (Fisher–Yates).
    std::vector<Index> permutation(Index n);
    /// Vector of size n, independent uniforms in [lower, upper).
    Vector uniform_vector(Index n, double lower, double upper);
    /// rows×cols independent normals of the given standard deviation, column by column.
    Matrix normal_matrix(Index rows, Index cols, double standard_deviation);

    /// `count` standard normals in float32 for bulk noise: Box–Muller on 24-bit uniforms, so none
    /// lies beyond ±5.9 (one of 3·10⁸ would). Starts at the stream's next block of counters; the
    /// bits do not depend on how many are asked for at once as long as that is a multiple of 1024.
    void fill_normal(float* out, Index count);
    /// Likewise uniforms in (0, 1).
    void fill_uniform(float* out, Index count);

  private:
    std::array<std::uint32_t, 4> counter_;
    std::array<std::uint32_t, 2> key_;
    std::array<std::uint32_t, 4> block_{};
    int used_ = 4;
    double spare_normal_ = 0.0;
    bool has_spare_ = false;
};

}  // namespace resdyn
