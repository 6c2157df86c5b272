#include <resdyn/transient/agreement.hpp>

#include <fmt/format.h>

#include <cmath>
#include <limits>

#include <resdyn/core/error.hpp>

namespace resdyn {

namespace {

/// Of the columns' differences, in double.
Vector distances(const Eigen::MatrixXf& a, const Eigen::MatrixXf& b) {
    return (a - b).cast<double>().colwise().norm();
}

/// A network on its way, with the way that each sample has gone.
class Walk {
  public:
    Walk(const Network& network, const Eigen::MatrixXf& inputs, int threads)
        : sweep_(network, inputs, threads), way_(Vector::Zero(inputs.cols())) {}

    void advance_to(Index layer) {
        while (sweep_.layer() < layer) {
            const Eigen::MatrixXf before = sweep_.state();
            sweep_.advance();
            way_ += distances(sweep_.state(), before);
        }
    }
    const Vector& way() const { return way_; }
    LayerSweep& sweep() { return sweep_; }

  private:
    LayerSweep sweep_;
    Vector way_;
};

/// mean(a) / mean(b) with the error of a ratio of means.
MeanWithError ratio(const Vector& a, const Vector& b) {
    const double below = b.mean();
    if (!(below > 0)) {
        return {std::numeric_limits<double>::quiet_NaN(), 0.0};
    }
    const double value = a.mean() / below;
    return {value, mean_with_error((a - value * b) / below).standard_error};
}

/// log softmax of a column of logits.
Vector log_probabilities(const Eigen::MatrixXf& logits, Index sample) {
    Vector column = logits.col(sample).cast<double>();
    column.array() -= column.maxCoeff();
    column.array() -= std::log(column.array().exp().sum());
    return column;
}

void check(const NetworkShape& original, const NetworkShape& other, Index labels, Index samples) {
    if (original.data_width() != other.data_width() || original.classes != other.classes) {
        reject_argument("agreement",
                        fmt::format("networks of data of width {} and {} classes",
                                    original.data_width(), original.classes),
                        fmt::format("one of {} and {}", other.data_width(), other.classes));
    }
    if (labels != samples) {
        reject_argument("agreement", fmt::format("{} labels", samples), fmt::format("{}", labels));
    }
}

}  // namespace

std::vector<LayerPair> matched_layers(const NetworkShape& original, const NetworkShape& other) {
    std::vector<LayerPair> pairs;
    const bool comparable = original.kind == NetworkKind::Residual &&
                            other.kind == NetworkKind::Residual && original.width == other.width;
    for (Index k = 1; comparable && k <= other.depth; ++k) {
        if (k * original.depth % other.depth == 0) {
            pairs.push_back({k, k * original.depth / other.depth});
        }
    }
    return pairs;
}

NetworkAgreement agreement(const Network& original, const Network& other,
                           const Eigen::MatrixXf& inputs, const Eigen::VectorXi& labels,
                           int threads) {
    const NetworkShape shape = shape_of(original);
    const NetworkShape other_shape = shape_of(other);
    check(shape, other_shape, labels.size(), inputs.cols());
    NetworkAgreement result;
    Walk theirs(original, inputs, threads);
    Walk mine(other, inputs, threads);
    for (const LayerPair& pair : matched_layers(shape, other_shape)) {
        theirs.advance_to(pair.of_original);
        mine.advance_to(pair.layer);
        const Vector apart = distances(mine.sweep().state(), theirs.sweep().state());
        result.by_layer.push_back({pair, mean_with_error(apart), mean_with_error(theirs.way()),
                                   ratio(apart, theirs.way())});
    }
    theirs.advance_to(shape.depth);
    mine.advance_to(other_shape.depth);
    const Eigen::MatrixXf& p = theirs.sweep().logits();
    const Eigen::MatrixXf& q = mine.sweep().logits();
    const Index samples = inputs.cols();
    Index agree = 0;
    Index right = 0;
    Index original_right = 0;
    Vector gain(samples);
    Vector divergence(samples);
    for (Index j = 0; j < samples; ++j) {
        Index wanted = 0;
        Index got = 0;
        p.col(j).maxCoeff(&wanted);
        q.col(j).maxCoeff(&got);
        agree += wanted == got ? 1 : 0;
        right += got == labels[j] ? 1 : 0;
        original_right += wanted == labels[j] ? 1 : 0;
        gain[j] = (got == labels[j] ? 1.0 : 0.0) - (wanted == labels[j] ? 1.0 : 0.0);
        const Vector log_p = log_probabilities(p, j);
        divergence[j] = (log_p.array().exp() * (log_p - log_probabilities(q, j)).array()).sum();
    }
    result.agreement = proportion(agree, samples);
    result.original_accuracy = proportion(original_right, samples);
    result.accuracy = proportion(right, samples);
    result.accuracy_gain = mean_with_error(gain);
    result.divergence = mean_with_error(divergence);
    return result;
}

double root_mean_square_way(const Network& network, const Eigen::MatrixXf& inputs, int threads) {
    Walk walk(network, inputs, threads);
    walk.advance_to(walk.sweep().depth());
    return std::sqrt(walk.way().squaredNorm() / static_cast<double>(inputs.cols()));
}

}  // namespace resdyn
