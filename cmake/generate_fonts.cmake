# cmake -DFONTS=DIR -DOUT=DIR -P generate_fonts.cmake: the figures' fonts as fonts_data.h and .cpp, so that
# programs and modules need no files beside them.
set(header "#pragma once\n\n// The figures' fonts, cut by web/figure_fonts.mjs.\n\nnamespace grad::ui {\n\n")
set(source "#include \"ui/fonts_data.h\"\n\nnamespace grad::ui {\n\n")

function(append_font name symbol)
  file(READ ${FONTS}/${name}.ttf hex HEX)
  string(LENGTH ${hex} digits)
  math(EXPR size "${digits} / 2")
  string(REGEX REPLACE "(..)" "0x\\1," bytes ${hex})
  string(APPEND header "extern const unsigned char ${symbol}Ttf[];\nextern const unsigned ${symbol}TtfSize;\n")
  string(APPEND source "const unsigned char ${symbol}Ttf[] = {${bytes}};\n"
         "const unsigned ${symbol}TtfSize = ${size};\n\n")
  set(header "${header}" PARENT_SCOPE)
  set(source "${source}" PARENT_SCOPE)
endfunction()

append_font(figure kFigure)
append_font(figure-semibold kFigureSemibold)
append_font(figure-math kFigureMath)
append_font(figure-italic kFigureItalic)

file(WRITE ${OUT}/fonts_data.h "${header}\n}  // namespace grad::ui\n")
file(WRITE ${OUT}/fonts_data.cpp "${source}}  // namespace grad::ui\n")
