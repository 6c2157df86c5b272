// The definitions that product_kernels.hpp declares. Compiled without the precompiled header, which
// holds the declarations.
#define RESDYN_PRODUCT_KERNEL template
#include "product_kernels.hpp"
