/// @file
/// What is said of a column of logits, and what labelled data must be; shared by the noise of this
/// room.
#pragma once

#include <fmt/format.h>

#include <optional>

#include <resdyn/core/error.hpp>
#include <resdyn/model/parameters.hpp>

namespace resdyn {

/// The class of the largest logit but for the label's, the first at a tie; none with a single
/// class.
template <class Logits>
std::optional<Index> rival_of(const Logits& logits, Index column, int label) {
    std::optional<Index> rival;
    for (Index c = 0; c < logits.rows(); ++c) {
        if (c != label && (!rival || logits(c, column) > logits(*rival, column))) {
            rival = c;
        }
    }
    return rival;
}

/// Logit of the label less the best other; 0 with a single class.
inline double margin_of(const Eigen::MatrixXf& logits, Index column, int label) {
    const std::optional<Index> rival = rival_of(logits, column, label);
    return rival ? static_cast<double>(logits(label, column) - logits(*rival, column)) : 0.0;
}

/// Whether the largest logit (the first at a tie) is the label's.
inline bool is_right(const Eigen::MatrixXf& logits, Index column, int label) {
    Index largest = 0;
    logits.col(column).maxCoeff(&largest);
    return largest == label;
}

/// Throws std::invalid_argument unless inputs (D×B, B ≥ 1) and labels fit the shape.
inline void check_labelled(const NetworkShape& shape, const Eigen::MatrixXf& inputs,
                           const Eigen::VectorXi& labels) {
    if (inputs.rows() != shape.data_width() || inputs.cols() < 1) {
        reject_argument("inputs", fmt::format("samples of width {}", shape.data_width()),
                        fmt::format("{} of width {}", inputs.cols(), inputs.rows()));
    }
    if (labels.size() != inputs.cols()) {
        reject_argument("labels", fmt::format("{}, one a sample", inputs.cols()),
                        fmt::format("{}", labels.size()));
    }
    if (labels.minCoeff() < 0 || labels.maxCoeff() >= shape.classes) {
        reject_argument("labels", fmt::format("classes from 0 to {}", shape.classes - 1),
                        fmt::format("{} to {}", labels.minCoeff(), labels.maxCoeff()));
    }
}

}  // namespace resdyn
