/// @file
/// Labelled images from IDX files (idx.hpp): MNIST, Fashion-MNIST and their kin, and where their
/// files lie.
#pragma once

#include <filesystem>
#include <string>

#include <resdyn/data/dataset.hpp>

namespace resdyn {

/// The images of one part in a folder with MNIST-like files, `prefix` being "train" or "t10k": the
/// usual names with hyphen or dot, plain or .gz; else the one file whose name holds the prefix and
/// "images" and "idx3". Empty if there is none; throws InputError if there are several.
std::filesystem::path idx_images_in(const std::filesystem::path& folder, const std::string& prefix);

/// The labels that belong to a file of images, by the usual names in the same folder
/// (train-images-idx3-ubyte → train-labels-idx1-ubyte; hyphen or dot, with or without .gz, in any
/// mixture). Throws InputError if the name follows no such rule or the labels are missing.
std::filesystem::path idx_labels_beside(const std::filesystem::path& images);

/// Images (B×…, each flattened row by row) with their labels (B whole numbers >= 0). `scaling`:
/// "pixel/255" divides the values by 255, "none" leaves them; empty: the first for unsigned bytes,
/// which pixels are, the second for other types.
Dataset read_idx_dataset(const std::filesystem::path& images, const std::filesystem::path& labels,
                         const std::string& scaling = {});

}  // namespace resdyn
