/* An act on a row whose answer is not a row (the phone is gone, the session ended): the whole page
   says why. */
document.addEventListener("htmx:beforeSwap", (event) => {
  const form = event.detail.requestConfig?.elt;
  if (!form?.matches?.("form[data-row-act]")) return;
  const isRow =
    event.detail.xhr.status === 200 && event.detail.xhr.responseText.trimStart().startsWith("<tr");
  if (isRow) return;
  event.detail.shouldSwap = false;
  form.submit();
});
