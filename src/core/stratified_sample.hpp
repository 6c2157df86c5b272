/// @file
/// A part of labelled samples that looks like the whole: the one way in which fewer samples than
/// there are get drawn, whatever order a file holds them in.
///
/// Method: seeded and without replacement. Every class is put into a random order; its k-th sample
/// of n_c (k = 0, 1, …) gets the place (k + 1/2)/n_c, its first one 0, and the samples of the
/// smallest places are taken (ties at random). So classes have their share in the draw to one
/// sample, a class that exists is in every draw of at least as many samples as there are classes,
/// and a smaller draw of the same seed is part of a larger one. Independent of threads.
/// What it can miss: a class rarer than one in `count` has one sample and so more than its share.
/// Reference: proportional allocation, W. G. Cochran, Sampling Techniques, 1977, chapter 5.
#pragma once

#include <cstdint>
#include <vector>

#include <resdyn/core/types.hpp>

namespace resdyn {

/// `count` of the samples with these labels (any whole numbers), as increasing indices; all of them
/// where there are no more. Throws std::invalid_argument for a count below 0.
std::vector<Index> stratified_sample(const Eigen::VectorXi& labels, Index count,
                                     std::uint64_t seed);

}  // namespace resdyn
