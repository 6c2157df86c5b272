#include "depth_adjustment.hpp"

#include <algorithm>
#include <vector>

#include <resdyn/depth/shortening.hpp>

namespace resdyn {

namespace {

/// What a new layer holds.
enum class Fill { CopyOfLast, Zero };

template <class Parameters>
Parameters with_layers(const NetworkShape& shape, const Parameters& from, Index depth, Fill fill) {
    if (from.size() == 0) {
        return from;
    }
    NetworkShape one = shape;
    one.depth = 1;
    const ParameterLayout layout(one);
    const Index block = layout.V;  // the blocks come first
    const Index blocks = shape.depth * block;
    const Index kept = std::min(shape.depth, depth) * block;
    const Index rest = from.size() - blocks;
    Parameters to = Parameters::Zero(depth * block + rest);
    to.head(kept) = from.head(kept);
    if (fill == Fill::CopyOfLast) {
        for (Index layer = shape.depth; layer < depth; ++layer) {
            to.segment(layer * block, block) = from.segment(blocks - block, block);
        }
    }
    to.tail(rest) = from.tail(rest);
    return to;
}

/// The blocks of evenly_spread layers.
template <class Parameters>
Parameters with_spread_layers(const NetworkShape& shape, const Parameters& from, Index depth) {
    if (from.size() == 0) {
        return from;
    }
    NetworkShape one = shape;
    one.depth = 1;
    const Index block = ParameterLayout(one).V;
    const Index rest = from.size() - shape.depth * block;
    Parameters to(depth * block + rest);
    const std::vector<Index> layers = evenly_spread(shape.depth, depth);
    for (Index k = 0; k < depth; ++k) {
        to.segment(k * block, block) =
            from.segment(layers[static_cast<std::size_t>(k)] * block, block);
    }
    to.tail(rest) = from.tail(rest);
    return to;
}

}  // namespace

template <class Scalar>
TrainingVectors<Scalar> with_depth(const NetworkShape& shape, TrainingVectors<Scalar> vectors,
                                   Index depth, bool keep_time) {
    if (shape.shared_weights || depth == shape.depth) {
        return vectors;
    }
    if (keep_time) {
        return {with_spread_layers(shape, vectors.parameters, depth),
                with_spread_layers(shape, vectors.mean, depth),
                with_spread_layers(shape, vectors.squares, depth)};
    }
    return {with_layers(shape, vectors.parameters, depth, Fill::CopyOfLast),
            with_layers(shape, vectors.mean, depth, Fill::Zero),
            with_layers(shape, vectors.squares, depth, Fill::Zero)};
}

template TrainingVectors<float> with_depth(const NetworkShape&, TrainingVectors<float>, Index,
                                           bool);
template TrainingVectors<double> with_depth(const NetworkShape&, TrainingVectors<double>, Index,
                                            bool);

}  // namespace resdyn
