/// @file
/// What is known of the data that a network was trained on: what other data must agree with, so
/// that a class is not taken for another and pixels of 0 to 255 not for numbers of 0 to 1.
///
/// In a model file: metadata `scaling` (Dataset::scaling), `input_range` ("0 to 1"), `class_labels`
/// (a JSON list of texts, one a class). All of them may be missing.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include <resdyn/data/dataset.hpp>
#include <resdyn/data/model_file.hpp>

namespace resdyn {

struct TrainedOn {
    Index classes = 0;                           ///< of the network; 0: not known.
    std::vector<std::string> class_labels = {};  ///< what the data call them; empty: not known.
    std::string scaling = {};                    ///< empty: not known.
    std::optional<double> largest = {};          ///< magnitude of an input.
};

TrainedOn trained_on(const Dataset& data);
/// From a file's network and metadata. Throws InputError if the metadata do not fit the network.
TrainedOn trained_on(const ModelFile& model);

/// The metadata of a model trained on these data.
std::map<std::string, std::string> training_metadata(const Dataset& data);

/// Numbers the classes of data as the network does: labels are looked up in
/// `expected.class_labels`; where only the number of classes C is known, labels 1 … C become 0 …
/// C−1. Where nothing is known, the classes are the labels found, in their order. Returns notes of
/// what was not plain. Throws InputError for a label that the network does not know.
std::vector<std::string> settle_classes(Dataset& data, const TrainedOn& expected);

/// Notes where inputs are of another scale than the network was trained on, with the remedy; and,
/// where nothing is known of a network, where they look like unscaled pixels.
std::vector<std::string> scale_notes(const Dataset& data, const TrainedOn& expected);

}  // namespace resdyn
