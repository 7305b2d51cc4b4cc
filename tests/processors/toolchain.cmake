# CMake for another processor. The environment says which: KX_CPU, as CMake and qemu call it; KX_TRIPLET, Debian's name of
# its folder of libraries; KX_COMPILER, the prefix of its compiler; KX_ROOT, what root.sh has filled.
# SPDX-License-Identifier: GPL-2.0-or-later
set(CMAKE_SYSTEM_NAME Linux)
set(CMAKE_SYSTEM_PROCESSOR "$ENV{KX_CPU}")
set(CMAKE_C_COMPILER "$ENV{KX_COMPILER}-gcc")
set(CMAKE_SYSROOT "$ENV{KX_ROOT}")
set(CMAKE_LIBRARY_ARCHITECTURE "$ENV{KX_TRIPLET}")
set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)
set(CMAKE_FIND_ROOT_PATH_MODE_LIBRARY ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_INCLUDE ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_PACKAGE ONLY)
# Libraries that libraries need are looked up there, too.
set(kx_libraries "-Wl,-rpath-link,$ENV{KX_ROOT}/usr/lib/$ENV{KX_TRIPLET}")
set(CMAKE_EXE_LINKER_FLAGS_INIT "${kx_libraries}")
set(CMAKE_MODULE_LINKER_FLAGS_INIT "${kx_libraries}")
set(CMAKE_CROSSCOMPILING_EMULATOR "${CMAKE_CURRENT_LIST_DIR}/emulate.sh")
set(ENV{PKG_CONFIG_SYSROOT_DIR} "$ENV{KX_ROOT}")
set(ENV{PKG_CONFIG_LIBDIR} "$ENV{KX_ROOT}/usr/lib/$ENV{KX_TRIPLET}/pkgconfig:$ENV{KX_ROOT}/usr/share/pkgconfig")
