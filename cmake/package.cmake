# A Debian package of what is built: `cpack` in the build folder, or script/package.
set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME resdyn)
set(CPACK_PACKAGE_CONTACT "resdyn maintainers <maintainers@resdyn.invalid>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "${PROJECT_DESCRIPTION}")
set(CPACK_PACKAGE_DESCRIPTION
"The program resdyn with its manual page and completion, the C++ library with headers
(find_package(resdyn)), and, where it was built, the Python module resdyn.")
set(CPACK_PACKAGE_DIRECTORY ${PROJECT_BINARY_DIR})
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_PRE_BUILD_SCRIPTS ${PROJECT_SOURCE_DIR}/cmake/debian_layout.cmake)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION science)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_RECOMMENDS "gnuplot-nox, bash-completion")
# To link the library, and for the module.
set(CPACK_DEBIAN_PACKAGE_SUGGESTS
    "g++, cmake, libeigen3-dev, zlib1g-dev, libssl-dev, libfmt-dev, \
python3-numpy, python3-matplotlib, python3-pandas")
include(CPack)
