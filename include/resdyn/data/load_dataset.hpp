/// @file
/// One way in for data: what a user names on the command line becomes a Dataset and the hashes of
/// the files it came from.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <resdyn/data/dataset.hpp>
#include <resdyn/data/trained_on.hpp>
#include <resdyn/formats/csv_format.hpp>

namespace resdyn {

/// Which half of a data source is meant.
enum class DataPart {
    Train,  ///< MNIST-like folder: train-images…; built-in set: the draw of the seed.
    Test,   ///< MNIST-like folder: t10k-images…; built-in set: an independent draw.
};

/// What of a file of data only its author knows.
struct DataFormat {
    CsvFormat csv = {};
    std::string label = {};    ///< column of the labels in CSV: "first", "last" or a name.
    std::string scaling = {};  ///< "pixel/255", "none"; empty: the first for IDX files of bytes.
};

struct LoadOptions {
    DataPart part = DataPart::Train;
    /// At most this many, each class with its share (Dataset::draw); 0: all (built-in sets: 2000).
    Index samples = 0;
    std::uint64_t seed = 1;  ///< of that draw, and of built-in sets.
    DataFormat format = {};
    TrainedOn trained_on = {};  ///< what the network expects, if there is one.
};

/// A file that data came from.
struct InputFile {
    std::string name;    ///< without its folder.
    std::string sha256;  ///< of its bytes as stored.
};

struct LoadedDataset {
    Dataset data;
    std::vector<InputFile> files;         ///< empty for built-in sets; images, then labels for IDX.
    std::vector<std::string> notes = {};  ///< what was noticed in reading, a sentence each.
};

/// Loads what `source` names: a built-in set (see builtin_dataset_names), a folder with MNIST-like
/// IDX files, an IDX file of images (labels beside it), or a CSV file (see read_csv_dataset), told
/// by their first bytes. Classes are numbered as settle_classes says, over the whole file. Throws
/// InputError saying which of these it could not be.
LoadedDataset load_dataset(const std::string& source, const LoadOptions& options = {});

/// The test half that goes with a training source: of a built-in set itself, of a folder its t10k
/// files, of train-images… the t10k-images… beside it; empty if there is none. `options.trained_on`
/// should be that of the training half.
std::optional<LoadedDataset> load_matching_test_set(const std::string& source,
                                                    const LoadOptions& options = {});

}  // namespace resdyn
