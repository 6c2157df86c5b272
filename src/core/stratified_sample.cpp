#include "stratified_sample.hpp"

#include <algorithm>
#include <map>
#include <numeric>

#include <resdyn/core/error.hpp>
#include <resdyn/core/random.hpp>

namespace resdyn {

namespace {

/// Apart from the streams that draw data (0), weights (1) and parts of a set (2) of the same seed.
constexpr std::uint64_t sample_stream = 3;

/// A sample's place in the order of drawing: twice/of, then `at`.
struct Place {
    Index sample;
    Index twice;  ///< 2k + 1, the class's first: 0.
    Index of;     ///< 2 n_c.
    Index at;     ///< position in the random order.

    bool operator<(const Place& other) const {
        // In whole numbers, so that equal classes tie on every machine.
        const Index mine = twice * other.of;
        const Index theirs = other.twice * of;
        return mine != theirs ? mine < theirs : at < other.at;
    }
};

}  // namespace

std::vector<Index> stratified_sample(const Eigen::VectorXi& labels, Index count,
                                     std::uint64_t seed) {
    require_at_least("samples", count, 0);
    const Index B = labels.size();
    std::vector<Index> drawn(static_cast<std::size_t>(std::min(count, B)));
    if (count >= B) {
        std::iota(drawn.begin(), drawn.end(), Index{0});
        return drawn;
    }
    std::map<int, Index> sizes;
    for (const int label : labels) {
        ++sizes[label];
    }
    const std::vector<Index> order = Random(seed, sample_stream).permutation(B);
    std::map<int, Index> seen;
    std::vector<Place> places;
    places.reserve(order.size());
    for (Index at = 0; at < B; ++at) {
        const Index sample = order[static_cast<std::size_t>(at)];
        const Index k = seen[labels[sample]]++;
        places.push_back({sample, k == 0 ? 0 : 2 * k + 1, 2 * sizes[labels[sample]], at});
    }
    std::nth_element(places.begin(), places.begin() + count, places.end());
    std::transform(places.begin(), places.begin() + count, drawn.begin(),
                   [](const Place& place) { return place.sample; });
    std::sort(drawn.begin(), drawn.end());
    return drawn;
}

}  // namespace resdyn
