// Optional help in the admin: everything works without it.

// A file that is larger than what the server takes is told before it is sent, so that nothing typed is lost.
const LARGEST = 4 << 20
for (const input of document.querySelectorAll('input[type="file"]')) {
  input.addEventListener('change', () => {
    const file = input.files[0]
    const tooLarge = file && file.size > LARGEST
    input.setCustomValidity(tooLarge ? 'This image has more than 4 MB. Make it smaller first.' : '')
    input.reportValidity()
  })
}

// Whoever leaves a text that is not saved is asked first.
const text = document.querySelector('form.compose')
if (text) {
  const typed = () => new URLSearchParams([...new FormData(text)].filter(([, value]) => typeof value === 'string')).toString()
  const before = text.dataset.unsaved === undefined ? typed() : null
  let isLeaving = false
  text.addEventListener('submit', (event) => { isLeaving = event.submitter?.formTarget !== '_blank' })
  addEventListener('beforeunload', (event) => { if (!isLeaving && typed() !== before) event.preventDefault() })
}
