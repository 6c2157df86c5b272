/// @file
/// Labelled data for training and analysis, from files or made here.
///
/// Returns samples as columns in float32, as networks take them, with their labels; the built-in
/// sets are drawn from a seed. What it can miss: nothing is centred or scaled unless it says so.
/// Reference: built-in sets follow scikit-learn's make_moons and make_circles in kind.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <resdyn/core/types.hpp>

namespace resdyn {

/// Bytes of pixels divided by 255: Dataset::scaling of images.
inline constexpr std::string_view pixel_scaling = "pixel/255";
inline constexpr float largest_pixel = 255.0F;

/// B labelled samples of width D. Kept in float32, the precision of pixels and of training.
struct Dataset {
    std::string name;        ///< "rings", or the path it came from.
    Eigen::MatrixXf inputs;  ///< D×B, a sample a column.
    Eigen::VectorXi labels;  ///< B, in 0 … classes−1.
    Index classes = 0;
    /// What the source calls the classes, one a class; empty: 0 … classes−1 as well.
    std::vector<std::string> class_labels = {};
    Index image_rows = 0;  ///< rows × columns of image-shaped inputs, 0 if not images.
    Index image_cols = 0;
    std::string scaling;  ///< what was done to the raw values: "pixel/255", "none".
    /// Which sample of its source each one is, from 0; empty: all of them, in their order.
    std::vector<Index> source{};

    Index size() const { return inputs.cols(); }
    Index width() const { return inputs.rows(); }
    /// Sample k is this one of the source.
    Index source_of(Index k) const {
        return source.empty() ? k : source[static_cast<std::size_t>(k)];
    }
    /// The samples of these columns, in this order.
    Dataset select(std::span<const Index> columns) const;
    /// `count` samples (all if there are fewer), each class with its share, in the order of this
    /// set: stratified_sample.
    Dataset draw(Index count, std::uint64_t seed) const;
};

/// What makes accuracies of these data say less than they seem to, in whole sentences; empty where
/// there is nothing: a single class, and classes of 0 … classes − 1 without a sample. `classes`: of
/// the network, where it knows more than the data (0: data.classes).
std::vector<std::string> class_remarks(const Dataset& data, Index classes = 0);

/// Throws InputError naming `data.name` if it is empty, not finite, or a label is out of range.
void validate(const Dataset& data);

/// Two parts of one set, disjoint, whose union it is.
struct Split {
    Dataset training;
    Dataset held_out;
};

/// Holds out a random share of the samples (in (0, 1), rounded; both parts keep at least one),
/// wholly determined by (data, share, seed). Throws std::invalid_argument for fewer than two
/// samples or a share out of range.
Split split(const Dataset& data, double share, std::uint64_t seed);

/// The built-in 2-D sets, two classes (spirals: two arms; xor: four quadrants).
inline constexpr std::string_view builtin_dataset_names = "rings, moons, spirals or xor";
bool is_builtin_dataset(std::string_view name);
/// `count` ≥ 2 samples, classes balanced to one, in random order; wholly determined by (name,
/// seed).
Dataset builtin_dataset(std::string_view name, Index count, std::uint64_t seed);

}  // namespace resdyn
